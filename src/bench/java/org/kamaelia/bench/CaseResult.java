package org.kamaelia.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one peer did in one case.
 *
 * @param rounds in the order they were measured; the same index at two peers means one right after the other
 */
record CaseResult(BenchCase what, Peer peer, String transport, List<Sample> rounds) {

    Spread over(ToDoubleFunction<Sample> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    Spread rate() {
        return over(sample -> sample.rate(what.unit()));
    }

    Spread cpuMicros() {
        return over(sample -> sample.cpuMicros(what.unit()));
    }

    Spread rateRatio(CaseResult baseline) {
        return ratio(baseline, sample -> sample.rate(what.unit()));
    }

    Spread cpuRatio(CaseResult baseline) {
        return ratio(baseline, sample -> sample.cpuMicros(what.unit()));
    }

    long errors() {
        return rounds.stream().mapToLong(Sample::errors).sum();
    }

    List<String> firstErrors() {
        return rounds.stream().flatMap(sample -> sample.firstErrors().stream()).toList();
    }

    /** Round by round and only then the median, so that what slows the machine for a while slows both sides. */
    private Spread ratio(CaseResult baseline, ToDoubleFunction<Sample> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds.size(); round++) {
            ratios.add(figure.applyAsDouble(rounds.get(round)) / figure.applyAsDouble(baseline.rounds.get(round)));
        }
        return Spread.of(ratios);
    }
}
