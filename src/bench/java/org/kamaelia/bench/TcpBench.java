package org.kamaelia.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Servers over TCP on loopback: the cases, and a run of them from settings to table and JSON. */
final class TcpBench {

    static final String NAME = "tcp";

    private static final Path DIRECTORY = Path.of("target", "bench");
    /** The collector that a JVM on one core picks for itself, and a heap that does not grow while it is measured. */
    private static final String SERVER_FLAGS = "-XX:+UseSerialGC -Xms512m -Xmx512m";

    private static final int ROUNDS = 3;

    private static final int KIB = 1024;
    /** What an idle machine's own housekeeping stays under. */
    private static final double NOISE_CORES = 0.1;

    private static final Load STREAMS = new FrameLoad(8, 64 * KIB, 8);
    /** What one event loop has too much of. */
    private static final Load CROWD = new FrameLoad(200, 64, 1);

    /** A new case is a line here, and a {@link Load} if it does what no other case does. */
    private static final List<BenchCase> CASES = List.of(
            onOneLoop(
                    "64b", "100 connections x 64 B", Sample.Unit.ROUND_TRIPS, Service.ECHO, new FrameLoad(100, 64, 1)),
            onOneLoop(
                    "64b-16",
                    "100 connections, 16 deep",
                    Sample.Unit.ROUND_TRIPS,
                    Service.ECHO,
                    new FrameLoad(100, 64, 16)),
            onOneLoop(
                    "16k",
                    "100 connections x 16 KB",
                    Sample.Unit.ROUND_TRIPS,
                    Service.ECHO,
                    new FrameLoad(100, 16 * KIB, 1)),
            onOneLoop("streams", "8 verified streams", Sample.Unit.MEGABYTES, Service.ECHO, STREAMS),
            onOneLoop(
                    "connects", "connect, echo, close", Sample.Unit.CONNECTIONS, Service.ECHO, new ConnectLoad(64, 64)),
            onOneLoop(
                    "tls",
                    "TLS, 100 x 64 B",
                    Sample.Unit.ROUND_TRIPS,
                    Service.TLS_ECHO,
                    new FrameLoad(100, 64, 1, Wire.Kind.TLS)),
            onOneLoop(
                    "tls-16k",
                    "TLS, 100 x 16 KB",
                    Sample.Unit.ROUND_TRIPS,
                    Service.TLS_ECHO,
                    new FrameLoad(100, 16 * KIB, 1, Wire.Kind.TLS)),
            onOneLoop("relay", "relay, 100 x 64 B", Sample.Unit.ROUND_TRIPS, Service.RELAY, new FrameLoad(100, 64, 1)),
            onOneLoop("relay-streams", "relay, 8 verified streams", Sample.Unit.MEGABYTES, Service.RELAY, STREAMS),
            onOneLoop("cores-1", "1 event loop", Sample.Unit.ROUND_TRIPS, Service.ECHO, CROWD),
            new BenchCase("cores-2", "2 event loops", Sample.Unit.ROUND_TRIPS, Service.ECHO, 2, CROWD));

    /** Not a rate, so not a {@link BenchCase}. */
    private static final String IDLE = "idle";

    private TcpBench() {}

    /** Whether every byte came back right and no connection broke. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Settings settings = Settings.fromSystemProperties(SERVER_FLAGS, ROUNDS);
        List<String> chosen = settings.chosen(names(), Function.identity());
        List<BenchCase> cases =
                CASES.stream().filter(each -> chosen.contains(each.name())).toList();
        IdleConnections idle = chosen.contains(IDLE) ? new IdleConnections(settings) : null;
        Watchdog.start(settings.planned(cases.size()).plus(idle == null ? Duration.ZERO : idle.planned()));
        Cores cores = Cores.claim();
        JsonObject machine = Machine.facts(cores.allowed().size(), cores.description());
        introduce(settings, machine, out);
        emptyDirectory();
        if (cases.stream().anyMatch(each -> each.service() == Service.TLS_ECHO)) {
            BenchCertificate.make();
        }

        Path file = DIRECTORY.resolve(NAME + ".json");
        JsonResults json = new JsonResults(NAME, machine, settings);
        Comparison comparison = new Comparison(settings, cores, DIRECTORY);
        TextTable table = new TextTable(out);
        List<CaseResult> all = new ArrayList<>();
        table.header();
        for (BenchCase what : cases) {
            List<CaseResult> results = comparison.run(what);
            if (results.isEmpty()) {
                out.println("no peer of these offers " + what.service().label() + ": " + what.name() + " is left out");
                continue;
            }
            CaseResult baseline = results.stream()
                    .filter(result -> result.peer() == settings.baseline())
                    .findFirst()
                    .orElse(results.get(0));
            table.rows(results, baseline);
            json.add(what, results, baseline);
            Files.writeString(file, json.text());
            all.addAll(results);
        }
        out.println();
        if (idle != null) {
            idle.run(cores, DIRECTORY, json, out);
            Files.writeString(file, json.text());
        }
        out.println("written to " + file);
        tellCores(all, cores, out);
        tellNoise(all, out);
        return tellErrors(all, out) == 0;
    }

    private static BenchCase onOneLoop(String name, String title, Sample.Unit unit, Service service, Load load) {
        return new BenchCase(name, title, unit, service, 1, load);
    }

    private static List<String> names() {
        return Stream.concat(CASES.stream().map(BenchCase::name), Stream.of(IDLE))
                .toList();
    }

    private static void introduce(Settings settings, JsonObject machine, PrintStream out) {
        machine.forEach(fact -> out.println(fact.getKey() + ": " + fact.getValue()));
        out.println("server flags: " + String.join(" ", settings.jvmFlags()));
        out.println(
                "rounds: " + settings.rounds() + " of " + settings.measured().toMillis() / 1e3 + " s after "
                        + settings.warmUp().toMillis() / 1e3 + " s of warm-up; median (min..max); ratios to "
                        + settings.baseline().label());
        out.println();
    }

    /** Nothing of an earlier run must pass for this one's. */
    private static void emptyDirectory() throws IOException {
        Files.createDirectories(DIRECTORY);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY, "{*.log," + NAME + ".json}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Where a port's event loops have no core for themselves their rate is the client's as well. */
    private static void tellCores(List<CaseResult> results, Cores cores, PrintStream out) {
        results.stream()
                .map(CaseResult::what)
                .distinct()
                .filter(what -> what.eventLoops() >= cores.allowed().size())
                .forEach(what -> out.println("NOTE: \"" + what.title()
                        + "\" share a core with the load client, for there are "
                        + cores.allowed().size()
                        + ": their rate is what the client leaves them; compare the servers, and their CPU time, not"
                        + " the rate with that of fewer event loops."));
    }

    private static void tellNoise(List<CaseResult> results, PrintStream out) {
        double others = results.stream()
                .mapToDouble(result -> result.over(Sample::otherCores).max())
                .max()
                .orElse(0);
        if (others > NOISE_CORES) {
            out.printf(
                    Locale.ROOT,
                    "NOISY: others kept up to %.2f cores busy. Rates and latencies are theirs as much as the servers';"
                            + " CPU times suffer less.%n",
                    others);
        }
    }

    private static long tellErrors(List<CaseResult> results, PrintStream out) {
        for (CaseResult result : results) {
            if (result.errors() > 0) {
                out.println(
                        "ERRORS: " + result.errors() + " in \"" + result.what().title() + "\" on "
                                + result.peer().label() + ", among them " + Set.copyOf(result.firstErrors()));
            }
        }
        return results.stream().mapToLong(CaseResult::errors).sum();
    }
}
