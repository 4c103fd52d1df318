package org.kamaelia.bench.kernel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The limit of {@link HandOff}. */
@State(Scope.Thread)
public class HandOffLimit {

    private final DequeRing ring = new DequeRing(HandOff.SIZE);

    /** How many messages are under way at a time. */
    @Param({"1", "64"})
    private int outstanding;

    /** One operation is one message from one deque to the other. */
    @Benchmark
    @OperationsPerInvocation(HandOff.SIZE * HandOff.ROUND_TRIPS)
    public void handOff() {
        ring.run(HandOff.ROUND_TRIPS, outstanding);
    }
}
