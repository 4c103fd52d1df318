package org.kamaelia.eventloop;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Clock;
import org.kamaelia.component.Component;
import org.kamaelia.component.Event;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.Signal;

/** A scheduler on the test's thread, which runs it until other threads have brought about what is waited for. */
final class Driven implements Scheduler.Host {
    final List<Event> events = new ArrayList<>();
    final Scheduler scheduler = new Scheduler(Clock.SYSTEM, this, events::add);
    private final Semaphore wakes = new Semaphore(0);

    Driven() {
        scheduler.confineToCurrentThread();
    }

    @Override
    public void runSoon() {}

    @Override
    public void wakeUp() {
        wakes.release();
    }

    @Override
    public void runAt(long nanoTime) {}

    void run() {
        scheduler.run();
    }

    /** Runs when woken from outside, and only then, until something is so. */
    void runUntil(BooleanSupplier so) {
        long start = System.nanoTime();
        scheduler.run();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - start > SECONDS.toNanos(20)) {
                throw new AssertionError("what a test waits for has not come, and nothing wakes the scheduler");
            }
            if (wakes.tryAcquire()) {
                scheduler.run();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** How often other threads have asked for a run that has not come since. */
    int wakesAskedFor() {
        return wakes.availablePermits();
    }

    /** What stands around a component under test: the parent, the sender and the receiver in one. */
    static final class Around extends Component {
        final Outbox<String> toBody = outbox("outbox", String.class);
        final Inbox<String> fromBody;
        final Inbox<Signal> signals = control();
        final List<Component> childrenEnded = new ArrayList<>();

        Around(Component body, int bound) {
            fromBody = addInbox("inbox", String.class, bound);
            link(toBody, body.inbox("inbox", String.class));
            link(body.outbox("outbox", String.class), fromBody);
            link(body.signal(), signals);
            addChild(body);
        }

        @Override
        protected Next step() {
            return PAUSE;
        }

        @Override
        protected void childEnded(Component child, @Nullable Throwable failure) {
            childrenEnded.add(child);
        }

        void finish(Component body) {
            tell(body.control(), new ProducerFinished());
        }

        void tellControl(Component body, Signal signal) {
            tell(body.control(), signal);
        }

        List<String> takeAll() {
            List<String> all = new ArrayList<>();
            for (String next = fromBody.poll(); next != null; next = fromBody.poll()) {
                all.add(next);
            }
            return all;
        }
    }
}
