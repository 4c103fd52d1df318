package org.kamaelia.bench.kernel;

import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Short lives: a parent makes a component, links it both ways and activates it; its first step is its last. */
@State(Scope.Thread)
public class Life {

    private static final int LIVES = 10_000;

    private final Scheduler scheduler = new Scheduler();
    private final Parent parent = new Parent();

    /** Activates the parent. */
    public Life() {
        scheduler.activate(parent);
        scheduler.run();
    }

    /** One operation is one component from its constructor to its end. */
    @Benchmark
    @OperationsPerInvocation(LIVES)
    public void live() {
        parent.begin();
        scheduler.run();
        if (scheduler.counters().active() != 1) {
            throw new IllegalStateException(scheduler.counters().active() + " components live, not the parent alone");
        }
    }

    private static final class Parent extends Component {
        private final Inbox<Integer> in = inbox("inbox", Integer.class);
        private final Outbox<Integer> out = outbox("outbox", Integer.class);
        private int left;

        void begin() {
            left = LIVES;
            wake();
        }

        @Override
        protected Next step() {
            if (left == 0) {
                return PAUSE;
            }
            left--;
            Child child = new Child();
            link(out, child.in);
            link(child.out, in);
            activate(child);
            // the child's turn comes before this one's next
            return AGAIN;
        }
    }

    private static final class Child extends Component {
        final Inbox<Integer> in = inbox("inbox", Integer.class);
        final Outbox<Integer> out = outbox("outbox", Integer.class);

        @Override
        protected Next step() {
            return DONE;
        }
    }
}
