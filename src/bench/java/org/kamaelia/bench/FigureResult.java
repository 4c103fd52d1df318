package org.kamaelia.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH measured for one figure.
 *
 * @param rounds one JVM each, in the order they ran; the same index at two figures of a case means one soon after the other
 */
record FigureResult(Figure figure, List<RunResult> rounds) {

    private static final String BYTES_EACH = "gc.alloc.rate.norm";

    /** Operations per second. */
    Spread rate() {
        return Spread.of(rounds.stream().map(FigureResult::rate).toList());
    }

    /** For one operation, at the median rate. */
    double nanos() {
        return TimeUnit.SECONDS.toNanos(1) / rate().median();
    }

    /** Allocated for one operation. */
    Spread bytes() {
        return Spread.of(rounds.stream().map(FigureResult::bytes).toList());
    }

    /** CPU time of the whole process for one operation, nanoseconds. */
    Spread cpuNanos() {
        return Spread.of(rounds.stream().map(FigureResult::cpuNanos).toList());
    }

    /** How much of another's rate this is. */
    Spread rateRatio(FigureResult other) {
        return ratio(other, FigureResult::rate);
    }

    /** How many times another's CPU time this one uses. */
    Spread cpuRatio(FigureResult other) {
        return ratio(other, FigureResult::cpuNanos);
    }

    /** All rounds as if JMH had started those JVMs in one go. */
    RunResult merged() {
        List<BenchmarkResult> all = new ArrayList<>();
        rounds.forEach(round -> all.addAll(round.getBenchmarkResults()));
        return new RunResult(rounds.get(0).getParams(), all);
    }

    /** Round by round and only then the median, so that what slows the machine for a while slows both sides. */
    private Spread ratio(FigureResult other, ToDoubleFunction<RunResult> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds.size(); round++) {
            ratios.add(figure.applyAsDouble(rounds.get(round)) / figure.applyAsDouble(other.rounds.get(round)));
        }
        return Spread.of(ratios);
    }

    private static double rate(RunResult round) {
        return round.getPrimaryResult().getScore();
    }

    private static double bytes(RunResult round) {
        return secondary(round, BYTES_EACH);
    }

    private static double cpuNanos(RunResult round) {
        return secondary(round, CpuProfiler.NANOS_EACH);
    }

    private static double secondary(RunResult round, String name) {
        Result<?> result = round.getSecondaryResults().get(name);
        if (result == null) {
            throw new IllegalStateException("JMH told no " + name + " but "
                    + round.getSecondaryResults().keySet());
        }
        return result.getScore();
    }
}
