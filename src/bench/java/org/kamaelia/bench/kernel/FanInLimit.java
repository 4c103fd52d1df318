package org.kamaelia.bench.kernel;

import java.util.ArrayDeque;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The limit of {@link FanIn}: 1,000 units that an interface calls in turn, and one deque without a bound. */
@State(Scope.Thread)
public class FanInLimit {

    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private final Unit[] units = new Unit[FanIn.SENDERS + 1];
    private int taken;

    private interface Unit {
        void step();
    }

    /** Makes the units. */
    public FanInLimit() {
        for (int i = 0; i < FanIn.SENDERS; i++) {
            units[i] = new Sender(queue);
        }
        units[FanIn.SENDERS] = this::collect;
    }

    /** One operation is one message that has arrived. */
    @Benchmark
    @OperationsPerInvocation(FanIn.SENDERS * FanIn.EACH)
    public void fanIn() {
        taken = 0;
        while (taken < FanIn.SENDERS * FanIn.EACH) {
            for (Unit unit : units) {
                unit.step();
            }
        }
    }

    private void collect() {
        while (queue.poll() != null) {
            taken++;
        }
    }

    private static final class Sender implements Unit {
        private final ArrayDeque<Integer> queue;
        private int left;

        Sender(ArrayDeque<Integer> queue) {
            this.queue = queue;
        }

        @Override
        public void step() {
            if (left == 0) {
                left = FanIn.EACH;
            }
            queue.add(left--);
        }
    }
}
