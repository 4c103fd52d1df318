package org.kamaelia.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The kernel under JMH, beside what it is compared with: a round is a JVM of its own for each figure of a case, one
 * after the other, so that those set against each other ran at nearly the same time.
 */
final class KernelBench {

    static final String NAME = "kernel";

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final Path RESULTS = DIRECTORY.resolve(NAME + ".json");
    private static final Path IDLE_RESULTS = DIRECTORY.resolve(NAME + "-idle.json");
    private static final Path LOG = DIRECTORY.resolve(NAME + ".log");
    private static final String JVM_FLAGS = "-XX:+UseG1GC -Xms1g -Xmx1g";
    private static final int ROUNDS = 3;
    private static final int ITERATIONS = 5;
    private static final Duration START_AND_END = Duration.ofSeconds(4);

    private static final List<MarkdownTable.Column> COLUMNS = List.of(
            new MarkdownTable.Column("figure", 52),
            new MarkdownTable.Column("M per second (min..max)", 25),
            new MarkdownTable.Column("ns each", 8),
            new MarkdownTable.Column("CPU ns", 8),
            new MarkdownTable.Column("B each", 7),
            new MarkdownTable.Column("rate, of limit", 17),
            new MarkdownTable.Column("CPU, of limit", 17),
            new MarkdownTable.Column("targets", 28));

    private final Settings settings;
    private final OutputFormat log;

    private KernelBench(Settings settings, OutputFormat log) {
        this.settings = settings;
        this.log = log;
    }

    /** True: a missed target is a result, not an error. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Settings settings = Settings.fromSystemProperties(JVM_FLAGS, ROUNDS);
        List<KernelCase> cases = settings.chosen(KernelCase.ALL, KernelCase::name);
        Watchdog.start(planned(settings, cases));
        JsonObject machine = Machine.facts(Runtime.getRuntime().availableProcessors(), "not pinned");
        introduce(settings, machine, out);
        emptyDirectory();
        Verdicts verdicts = new Verdicts();
        try (PrintStream log = new PrintStream(Files.newOutputStream(LOG), true, UTF_8)) {
            KernelBench bench =
                    new KernelBench(settings, OutputFormatFactory.createFormatInstance(log, VerboseMode.NORMAL));
            bench.measure(cases, verdicts, out);
        }
        if (cases.stream().anyMatch(each -> each.name().equals(KernelCase.IDLE))) {
            out.println();
            new IdleBench(machine, LOG).run(IDLE_RESULTS, verdicts, out);
        }
        out.println();
        verdicts.print(out);
        out.println("written to " + DIRECTORY + ": " + NAME + ".json by JMH, " + NAME + "-idle.json, " + NAME + ".log");
        return true;
    }

    private static void introduce(Settings settings, JsonObject machine, PrintStream out) {
        machine.forEach(fact -> out.println(fact.getKey() + ": " + fact.getValue()));
        out.println("flags: " + String.join(" ", settings.jvmFlags()));
        out.println("rounds: " + settings.rounds() + " JVMs of "
                + settings.measured().toMillis() / 1e3 + " s after "
                + settings.warmUp().toMillis() / 1e3
                + " s of warm-up; median (min..max); an operation is a message, where there is one");
        out.println();
    }

    private static Duration planned(Settings settings, List<KernelCase> cases) {
        long figures = cases.stream().mapToLong(each -> each.figures().size()).sum() * settings.rounds();
        return START_AND_END
                .plus(settings.warmUp())
                .plus(settings.measured())
                .multipliedBy(figures)
                .plus(IdleBench.PLANNED);
    }

    /** Nothing of an earlier run must pass for this one's. */
    private static void emptyDirectory() throws IOException {
        Files.createDirectories(DIRECTORY);
        for (Path old : List.of(RESULTS, IDLE_RESULTS, LOG)) {
            Files.deleteIfExists(old);
        }
    }

    private void measure(List<KernelCase> cases, Verdicts verdicts, PrintStream out) throws IOException {
        MarkdownTable table = new MarkdownTable(out, COLUMNS);
        table.header();
        List<RunResult> all = new ArrayList<>();
        for (KernelCase each : cases) {
            Map<Figure, FigureResult> results = measure(each);
            for (FigureResult result : results.values()) {
                table.row(cells(result, results));
                result.figure()
                        .targets()
                        .forEach(target ->
                                verdicts.add(result.figure().title(), target.toString(), target.isMet(result)));
                all.add(result.merged());
            }
            write(all);
        }
    }

    private Map<Figure, FigureResult> measure(KernelCase what) throws IOException {
        Map<Figure, FigureResult> results = new LinkedHashMap<>();
        for (Figure figure : what.figures()) {
            results.put(figure, new FigureResult(figure, new ArrayList<>()));
        }
        for (int round = 0; round < settings.rounds(); round++) {
            for (FigureResult result : results.values()) {
                result.rounds().add(run(result.figure()));
            }
        }
        return results;
    }

    private RunResult run(Figure figure) throws IOException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(figure.benchmark().getName() + "\\.")
                .forks(1)
                .jvmArgsAppend(settings.jvmFlags().toArray(String[]::new))
                .warmupIterations(settings.warmUp().isZero() ? 0 : ITERATIONS)
                .warmupTime(TimeValue.milliseconds(settings.warmUp().toMillis() / ITERATIONS))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(settings.measured().toMillis() / ITERATIONS))
                // in this order what the first allocates is not counted by the second
                .addProfiler(CpuProfiler.class)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        figure.parameters().forEach(options::param);
        try {
            return new Runner(options.build(), log).runSingle();
        } catch (RunnerException failed) {
            throw new IOException("\"" + figure.title() + "\" failed; see " + LOG, failed);
        }
    }

    private static void write(List<RunResult> results) throws IOException {
        try (PrintStream file = new PrintStream(Files.newOutputStream(RESULTS), true, UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(results);
        }
    }

    private static List<String> cells(FigureResult result, Map<Figure, FigureResult> results) {
        Figure limit = result.figure().limit();
        return List.of(
                result.figure().title(),
                result.rate().times(1e-6).text("%,.2f"),
                text("%,.1f", result.nanos()),
                text("%,.1f", result.cpuNanos().median()),
                text("%,.2f", result.bytes().median()),
                limit == null ? "" : result.rateRatio(results.get(limit)).text("%.2f"),
                limit == null ? "" : result.cpuRatio(results.get(limit)).text("%.2f"),
                targets(result));
    }

    private static String text(String format, double figure) {
        return String.format(Locale.ROOT, format, figure);
    }

    private static String targets(FigureResult result) {
        return result.figure().targets().stream()
                .map(target -> target + (target.isMet(result) ? " met" : " MISSED"))
                .collect(Collectors.joining(", "));
    }
}
