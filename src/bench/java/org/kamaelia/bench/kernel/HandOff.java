package org.kamaelia.bench.kernel;

import org.kamaelia.component.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Messages handed to and fro between two components. */
@State(Scope.Thread)
public class HandOff {

    static final int SIZE = 2;
    static final int ROUND_TRIPS = 100_000;

    /** How many messages are under way at a time. */
    @Param({"1", "64"})
    private int outstanding;

    /** Whether components of other classes ran before. */
    @Param({"false", "true"})
    private boolean company;

    private ComponentRing ring;

    /** Makes the two. */
    @Setup
    public void link() {
        Scheduler scheduler = new Scheduler();
        if (company) {
            Company.runOn(scheduler);
        }
        ring = new ComponentRing(scheduler, SIZE);
    }

    /** One operation is one message from one component to the other. */
    @Benchmark
    @OperationsPerInvocation(SIZE * ROUND_TRIPS)
    public void handOff() {
        ring.run(ROUND_TRIPS, outstanding);
    }
}
