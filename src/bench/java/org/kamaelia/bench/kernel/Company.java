package org.kamaelia.bench.kernel;

import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.Signal;

/**
 * Components of other classes that have run before, messages and signals between them, as in any real process: the
 * compiler can then no longer take the two classes of a benchmark for the only ones there are.
 */
final class Company {

    private static final int STEPS = 200_000;

    private Company() {}

    /** Returns when they have ended. */
    static void runOn(Scheduler scheduler) {
        Member[] members = {new Member() {}, new Member() {}, new Member() {}, new Member() {}};
        for (int i = 0; i < members.length; i++) {
            members[i].leadTo(members[(i + 1) % members.length]);
            scheduler.activate(members[i]);
        }
        scheduler.run();
    }

    private abstract static class Member extends Component {
        private final Inbox<Integer> in = inbox("inbox", Integer.class);
        private final Outbox<Integer> out = outbox("outbox", Integer.class);
        private final Inbox<Signal> control = control();
        private final Outbox<Signal> signal = signal();
        private int left = STEPS;

        void leadTo(Member next) {
            link(out, next.in);
            link(signal, next.control);
        }

        @Override
        protected Next step() {
            in.poll();
            control.poll();
            out.offer(left);
            signal.send(new ProducerFinished());
            return --left > 0 ? AGAIN : DONE;
        }
    }
}
