package org.kamaelia.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Echo over TCP on loopback: the cases, and a run of them from settings to table and JSON. */
final class TcpBench {

    static final String NAME = "tcp";

    private static final Path DIRECTORY = Path.of("target", "bench");
    /** The collector that a JVM on one core picks for itself, and a heap that does not grow while it is measured. */
    private static final String SERVER_FLAGS = "-XX:+UseSerialGC -Xms512m -Xmx512m";

    private static final int KIB = 1024;
    /** What an idle machine's own housekeeping stays under. */
    private static final double NOISE_CORES = 0.1;

    /** A new case is a line here, and a {@link Load} if it does what no other case does. */
    private static final List<BenchCase> CASES = List.of(
            new BenchCase("64b", "100 connections x 64 B", Sample.Unit.ROUND_TRIPS, 1, new FrameLoad(100, 64, 1)),
            new BenchCase("64b-16", "100 connections, 16 deep", Sample.Unit.ROUND_TRIPS, 1, new FrameLoad(100, 64, 16)),
            new BenchCase(
                    "16k", "100 connections x 16 KB", Sample.Unit.ROUND_TRIPS, 1, new FrameLoad(100, 16 * KIB, 1)),
            new BenchCase("streams", "8 verified streams", Sample.Unit.MEGABYTES, 1, new FrameLoad(8, 64 * KIB, 8)),
            new BenchCase("connects", "connect, echo, close", Sample.Unit.CONNECTIONS, 1, new ConnectLoad(64, 64)));

    private TcpBench() {}

    /** Whether every byte came back right and no connection broke. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Settings settings = Settings.fromSystemProperties(SERVER_FLAGS);
        List<BenchCase> cases = settings.chosen(CASES, BenchCase::name);
        Watchdog.start(settings.planned(cases.size()));
        Cores cores = Cores.claim();
        JsonObject machine = Machine.facts(cores.allowed().size(), cores.description());
        introduce(settings, machine, out);
        emptyDirectory();

        Path file = DIRECTORY.resolve(NAME + ".json");
        JsonResults json = new JsonResults(NAME, machine, settings);
        Comparison comparison = new Comparison(settings, cores, DIRECTORY);
        TextTable table = new TextTable(out);
        List<CaseResult> all = new ArrayList<>();
        table.header();
        for (BenchCase what : cases) {
            List<CaseResult> results = comparison.run(what);
            CaseResult baseline = results.get(settings.peers().indexOf(settings.baseline()));
            table.rows(results, baseline);
            json.add(what, results, baseline);
            Files.writeString(file, json.text());
            all.addAll(results);
        }
        out.println();
        out.println("written to " + file);
        tellNoise(all, out);
        return tellErrors(all, out) == 0;
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
