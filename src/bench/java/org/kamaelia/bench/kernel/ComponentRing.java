package org.kamaelia.bench.kernel;

import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;

/** Components linked in a ring, round which messages go: through the first of them and all others to the first again. */
final class ComponentRing {

    private final Scheduler scheduler;
    private final Origin origin = new Origin();

    /** @param size how many components, the first among them; 2 at least */
    ComponentRing(Scheduler scheduler, int size) {
        this.scheduler = scheduler;
        scheduler.activate(origin);
        Outbox<Integer> last = origin.out;
        for (int i = 1; i < size; i++) {
            Relay relay = new Relay();
            scheduler.activate(relay);
            origin.lead(last, relay.in);
            last = relay.out;
        }
        origin.lead(last, origin.in);
        scheduler.run();
    }

    /** Lets messages go round, so many at a time, until so many have come back. */
    void run(int messages, int outstanding) {
        origin.begin(messages, outstanding);
        scheduler.run();
        if (origin.back != messages) {
            throw new IllegalStateException(origin.back + " of " + messages + " messages came back");
        }
    }

    private static final class Origin extends Component {
        final Inbox<Integer> in = inbox("inbox", Integer.class);
        final Outbox<Integer> out = outbox("outbox", Integer.class);
        private int toStart;
        private int toFollow;
        private int back;

        void lead(Outbox<Integer> from, Inbox<Integer> to) {
            link(from, to);
        }

        void begin(int messages, int outstanding) {
            toStart = outstanding;
            toFollow = messages - outstanding;
            back = 0;
            wake();
        }

        @Override
        protected Next step() {
            for (; toStart > 0; toStart--) {
                out.send(toStart);
            }
            for (Integer message = in.poll(); message != null; message = in.poll()) {
                back++;
                if (toFollow > 0) {
                    toFollow--;
                    out.send(message);
                }
            }
            return PAUSE;
        }
    }

    private static final class Relay extends Component {
        final Inbox<Integer> in = inbox("inbox", Integer.class);
        final Outbox<Integer> out = outbox("outbox", Integer.class);

        @Override
        protected Next step() {
            for (Integer message = in.poll(); message != null; message = in.poll()) {
                out.send(message);
            }
            return PAUSE;
        }
    }
}
