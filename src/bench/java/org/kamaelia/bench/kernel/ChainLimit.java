package org.kamaelia.bench.kernel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The limit of {@link Chain}. */
@State(Scope.Thread)
public class ChainLimit {

    private final DequeRing ring = new DequeRing(Chain.SIZE);

    /** One operation is one message through all of them. */
    @Benchmark
    @OperationsPerInvocation(Chain.MESSAGES)
    public void chain() {
        ring.run(Chain.MESSAGES, 1);
    }
}
