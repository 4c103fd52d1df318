package org.kamaelia.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The results as JSON. Every figure over rounds is {@code {"median", "min", "max"}}; times are microseconds.
 *
 * <pre>{@code
 * {"benchmark": "tcp", "format": 1,
 *  "machine": {"date", "cores", "pinning", "cpu", "kernel", "java", "loadAverageBefore"},
 *  "settings": {"rounds", "measuredSeconds", "warmUpSeconds", "jvmFlags", "baseline"},
 *  "cases": [{"name", "title", "unit",           unit: round trips, MB or connections
 *             "service",                         what the servers are: echo, tls-echo, relay
 *             "load",                            what the load client did, in words
 *             "eventLoops",                      of each server
 *             "peers": [{
 *               "peer", "transport",
 *               "perSecond",                     of the unit
 *               "serverCpuMicros",               the server's CPU time for one of the unit
 *               "latencyMicros": {"p50", "p99", "p999"},
 *               "ratio": {"perSecond", "serverCpu"},      to the baseline, round by round
 *               "cores": {"server", "client", "others"},  how many each kept busy
 *               "operations", "bytes",           of all measured rounds together
 *               "errors", "firstErrors"}]}],
 *  "idle": {"connections",                       what idle connections cost; only if that was measured
 *           "peers": [{
 *             "peer", "transport",
 *             "heapBytesEach",                   live heap for one connection
 *             "heapBytesAboveBaseline",
 *             "cpuMicrosPerSecond": {"empty", "idle"}}]}}    without connections, and with all of them
 * }</pre>
 */
final class JsonResults {

    private static final int FORMAT = 1;

    private final JsonObject document;
    private final JsonArray cases = new JsonArray();

    JsonResults(String benchmark, JsonObject machine, Settings settings) {
        document = new JsonObject()
                .put("benchmark", benchmark)
                .put("format", FORMAT)
                .put("machine", machine)
                .put(
                        "settings",
                        new JsonObject()
                                .put("rounds", settings.rounds())
                                .put("measuredSeconds", settings.measured().toMillis() / 1e3)
                                .put("warmUpSeconds", settings.warmUp().toMillis() / 1e3)
                                .put("jvmFlags", new JsonArray(settings.jvmFlags()))
                                .put("baseline", settings.baseline().label()))
                .put("cases", cases);
    }

    void add(BenchCase what, List<CaseResult> results, CaseResult baseline) {
        JsonArray peers = new JsonArray();
        results.forEach(result -> peers.add(json(result, baseline)));
        cases.add(new JsonObject()
                .put("name", what.name())
                .put("title", what.title())
                .put("unit", what.unit().label())
                .put("service", what.service().label())
                .put("load", what.load().toString())
                .put("eventLoops", what.eventLoops())
                .put("peers", peers));
    }

    void addIdle(int connections, List<IdleResult> results, IdleResult baseline) {
        JsonArray peers = new JsonArray();
        for (IdleResult result : results) {
            peers.add(new JsonObject()
                    .put("peer", result.peer().label())
                    .put("transport", result.transport())
                    .put("heapBytesEach", result.bytesEach().json())
                    .put("heapBytesAboveBaseline", result.bytesAbove(baseline).json())
                    .put(
                            "cpuMicrosPerSecond",
                            new JsonObject()
                                    .put("empty", result.emptyMicros().json())
                                    .put("idle", result.idleMicros().json())));
        }
        document.put("idle", new JsonObject().put("connections", connections).put("peers", peers));
    }

    String text() {
        return document.encodePrettily() + "\n";
    }

    private static JsonObject json(CaseResult result, CaseResult baseline) {
        return new JsonObject()
                .put("peer", result.peer().label())
                .put("transport", result.transport())
                .put("perSecond", result.rate().json())
                .put("serverCpuMicros", result.cpuMicros().json())
                .put(
                        "latencyMicros",
                        new JsonObject()
                                .put("p50", result.over(Sample::p50).json())
                                .put("p99", result.over(Sample::p99).json())
                                .put("p999", result.over(Sample::p999).json()))
                .put(
                        "ratio",
                        new JsonObject()
                                .put("perSecond", result.rateRatio(baseline).json())
                                .put("serverCpu", result.cpuRatio(baseline).json()))
                .put(
                        "cores",
                        new JsonObject()
                                .put("server", result.over(Sample::serverCores).json())
                                .put("client", result.over(Sample::clientCores).json())
                                .put("others", result.over(Sample::otherCores).json()))
                .put(
                        "operations",
                        result.rounds().stream().mapToLong(Sample::operations).sum())
                .put("bytes", result.rounds().stream().mapToLong(Sample::bytes).sum())
                .put("errors", result.errors())
                .put("firstErrors", new JsonArray(result.firstErrors()));
    }
}
