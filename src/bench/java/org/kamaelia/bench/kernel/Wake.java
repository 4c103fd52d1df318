package org.kamaelia.bench.kernel;

import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A component that sleeps is woken on its scheduler's thread, takes a step and sleeps again. */
@State(Scope.Thread)
public class Wake {

    static final int SLEEPERS = 64;
    static final int ROUNDS = 2_000;

    private final Scheduler scheduler = new Scheduler();
    private final Sleeper[] sleepers = new Sleeper[SLEEPERS];
    private final Waker waker = new Waker();

    /** Makes them and lets them fall asleep. */
    public Wake() {
        for (int i = 0; i < SLEEPERS; i++) {
            sleepers[i] = new Sleeper();
            scheduler.activate(sleepers[i]);
        }
        scheduler.activate(waker);
        scheduler.run();
    }

    /** One operation is one wake and the step that follows. */
    @Benchmark
    @OperationsPerInvocation(SLEEPERS * ROUNDS)
    public void wake() {
        int before = sleepers[0].woken;
        waker.begin();
        scheduler.run();
        if (sleepers[0].woken - before != ROUNDS) {
            throw new IllegalStateException("woken " + (sleepers[0].woken - before) + " times, not " + ROUNDS);
        }
    }

    private final class Waker extends Component {
        private int left;

        void begin() {
            left = ROUNDS;
            wake();
        }

        @Override
        protected Next step() {
            if (left == 0) {
                return PAUSE;
            }
            left--;
            for (Sleeper sleeper : sleepers) {
                sleeper.wake();
            }
            return AGAIN;
        }
    }

    private static final class Sleeper extends Component {
        private int woken;

        @Override
        protected Next step() {
            woken++;
            return PAUSE;
        }
    }
}
