package org.kamaelia.bench.kernel;

import org.kamaelia.component.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A message through ten components, one after the other. */
@State(Scope.Thread)
public class Chain {

    static final int SIZE = 10;
    static final int MESSAGES = 20_000;

    private final ComponentRing ring = new ComponentRing(new Scheduler(), SIZE);

    /** One operation is one message through all of them. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void chain() {
        ring.run(MESSAGES, 1);
    }
}
