package org.kamaelia.bench.kernel;

import java.util.ArrayDeque;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The limit of {@link Wake}: units put into an {@link ArrayDeque}, taken out and called by an interface. */
@State(Scope.Thread)
public class WakeLimit {

    private final ArrayDeque<Unit> awake = new ArrayDeque<>();
    private final Sleeper[] sleepers = new Sleeper[Wake.SLEEPERS];
    private final Unit waker = this::wakeAll;
    private int left;

    private interface Unit {
        void step();
    }

    /** Makes the units. */
    public WakeLimit() {
        for (int i = 0; i < sleepers.length; i++) {
            sleepers[i] = new Sleeper();
        }
    }

    /** One operation is one unit queued, taken and called. */
    @Benchmark
    @OperationsPerInvocation(Wake.SLEEPERS * Wake.ROUNDS)
    public int wake() {
        left = Wake.ROUNDS;
        awake.add(waker);
        for (Unit next = awake.poll(); next != null; next = awake.poll()) {
            next.step();
        }
        return sleepers[0].woken;
    }

    private void wakeAll() {
        if (left == 0) {
            return;
        }
        left--;
        for (Sleeper sleeper : sleepers) {
            awake.add(sleeper);
        }
        awake.add(waker);
    }

    private static final class Sleeper implements Unit {
        private int woken;

        @Override
        public void step() {
            woken++;
        }
    }
}
