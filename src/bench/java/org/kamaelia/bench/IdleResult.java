package org.kamaelia.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What idle connections cost one peer.
 *
 * @param rounds in the order they were measured; the same index at two peers means one right after the other
 */
record IdleResult(Peer peer, String transport, List<Round> rounds) {

    /**
     * One round.
     *
     * @param bytesEach live heap for one connection
     * @param emptyMicros of CPU time in a second without a connection
     * @param idleMicros the same with all of them
     */
    record Round(double bytesEach, double emptyMicros, double idleMicros) {}

    Spread bytesEach() {
        return over(Round::bytesEach);
    }

    Spread emptyMicros() {
        return over(Round::emptyMicros);
    }

    Spread idleMicros() {
        return over(Round::idleMicros);
    }

    /** Round by round. */
    Spread bytesAbove(IdleResult baseline) {
        List<Double> differences = new ArrayList<>();
        for (int round = 0; round < rounds.size(); round++) {
            differences.add(rounds.get(round).bytesEach - baseline.rounds.get(round).bytesEach);
        }
        return Spread.of(differences);
    }

    private Spread over(ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }
}
