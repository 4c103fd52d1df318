package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * What the callers of the admin plane may take of it.
 *
 * @param bodyBytes most of one request's body
 * @param headerBytes most of one request's headers, and of its first line
 * @param connections most at a time
 * @param requests most that are under way at a time; the probes of {@code /health} go past it
 * @param ratePerSecond requests of one caller, and of all the anonymous of one address together
 * @param rateBurst so many of one caller may come at once
 * @param idleTimeout how long a connection may move no byte
 * @param requestTimeout how long a request may take, its body included
 */
public record AdminLimits(
        int bodyBytes,
        int headerBytes,
        int connections,
        int requests,
        int ratePerSecond,
        int rateBurst,
        Duration idleTimeout,
        Duration requestTimeout) {

    private static final OptionType<Integer> BODY = OptionType.size(1024, 16 << 20);
    private static final OptionType<Integer> HEADER = OptionType.size(1024, 1 << 20);
    private static final OptionType<Integer> COUNT = OptionType.integer(1, 100_000);
    private static final OptionType<Integer> RATE = OptionType.integer(1, 1_000_000);
    private static final OptionType<Duration> TIME = OptionType.duration(Duration.ofMillis(100), Duration.ofHours(1));

    /** A rate that no script reaches which waits for its answers, and that a few connections full of questions do. */
    private static final AdminLimits DEFAULTS =
            new AdminLimits(64 << 10, 8 << 10, 256, 128, 5000, 5000, Duration.ofSeconds(60), Duration.ofSeconds(30));

    static final OptionType<AdminLimits> TYPE =
            OptionType.object("{\"bodyBytes\": \"64KiB\"}", AdminLimits::read, AdminLimits::toJson);

    /** @throws InvalidOptions for a value out of range */
    public AdminLimits {
        BODY.check("bodyBytes", bodyBytes);
        HEADER.check("headerBytes", headerBytes);
        COUNT.check("connections", connections);
        COUNT.check("requests", requests);
        RATE.check("ratePerSecond", ratePerSecond);
        RATE.check("rateBurst", rateBurst);
        TIME.check("idleTimeout", idleTimeout);
        TIME.check("requestTimeout", requestTimeout);
    }

    public static AdminLimits defaults() {
        return DEFAULTS;
    }

    public AdminLimits bodyBytes(int changed) {
        return new AdminLimits(
                changed, headerBytes, connections, requests, ratePerSecond, rateBurst, idleTimeout, requestTimeout);
    }

    public AdminLimits headerBytes(int changed) {
        return new AdminLimits(
                bodyBytes, changed, connections, requests, ratePerSecond, rateBurst, idleTimeout, requestTimeout);
    }

    public AdminLimits connections(int changed) {
        return new AdminLimits(
                bodyBytes, headerBytes, changed, requests, ratePerSecond, rateBurst, idleTimeout, requestTimeout);
    }

    public AdminLimits requests(int changed) {
        return new AdminLimits(
                bodyBytes, headerBytes, connections, changed, ratePerSecond, rateBurst, idleTimeout, requestTimeout);
    }

    /** Requests of one caller: so many per second, and so many at once. */
    public AdminLimits rate(int perSecond, int burst) {
        return new AdminLimits(
                bodyBytes, headerBytes, connections, requests, perSecond, burst, idleTimeout, requestTimeout);
    }

    public AdminLimits idleTimeout(Duration changed) {
        return new AdminLimits(
                bodyBytes, headerBytes, connections, requests, ratePerSecond, rateBurst, changed, requestTimeout);
    }

    public AdminLimits requestTimeout(Duration changed) {
        return new AdminLimits(
                bodyBytes, headerBytes, connections, requests, ratePerSecond, rateBurst, idleTimeout, changed);
    }

    private static AdminLimits read(OptionReader reader) {
        int rate = reader.optional("ratePerSecond", RATE, DEFAULTS.ratePerSecond);
        return new AdminLimits(
                reader.optional("bodyBytes", BODY, DEFAULTS.bodyBytes),
                reader.optional("headerBytes", HEADER, DEFAULTS.headerBytes),
                reader.optional("connections", COUNT, DEFAULTS.connections),
                reader.optional("requests", COUNT, DEFAULTS.requests),
                rate,
                reader.optional("rateBurst", RATE, rate),
                reader.optional("idleTimeout", TIME, DEFAULTS.idleTimeout),
                reader.optional("requestTimeout", TIME, DEFAULTS.requestTimeout));
    }

    private JsonObject toJson() {
        return new JsonObject()
                .put("bodyBytes", bodyBytes)
                .put("headerBytes", headerBytes)
                .put("connections", connections)
                .put("requests", requests)
                .put("ratePerSecond", ratePerSecond)
                .put("rateBurst", rateBurst)
                .put("idleTimeout", TIME.json(idleTimeout))
                .put("requestTimeout", TIME.json(requestTimeout));
    }
}
