package org.kamaelia.component.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.Signal;

/**
 * A component under test, on a scheduler that runs when told to and under a clock that moves when told
 * to.
 *
 * <pre>{@code
 * ComponentRig rig = ComponentRig.of(new Shout());
 * rig.send("inbox", "hello").run();
 * assertThat(rig.take("outbox", String.class)).containsExactly("HELLO");
 * }</pre>
 *
 * <p>Every outbox that the component has made when the rig is built leads to a box of the rig; for one
 * that it makes later, name it by {@link #collect} before. Confined to the test's thread.
 */
public final class ComponentRig {
    /** An awake component has had so many turns by then that it will never sleep. */
    private static final int MOST_CYCLES = 1_000_000;

    private static final int LOOK_AGAIN_MILLIS = 10;

    /** The scheduler says that there is no deadline by the moment after it. */
    private static final long LATEST = Long.MAX_VALUE - 1;

    private final Component component;
    private final Outside outside = new Outside();
    private final List<Event> events = new ArrayList<>();

    /** Those that the test has not been told of. */
    private final List<ComponentFailed> untold = new ArrayList<>();

    private boolean mayFail;
    private final Scheduler scheduler;
    private long now;
    private volatile boolean somethingCameIn;

    /** What has come in from other threads since the last run; one or more, for whoever waits for it. */
    private final Semaphore arrivals = new Semaphore(0);

    private ComponentRig(Component component) {
        this.component = component;
        this.scheduler = new Scheduler(() -> now, new Turns(), this::note);
        for (Box box : component.boxes()) {
            if (box instanceof Outbox<?> outbox && !outbox.isLinked()) {
                outside.collect(outbox);
            }
        }
        if (!component.hasBox("signal")) {
            collect("signal", Signal.class);
        }
        scheduler.activate(component);
    }

    /**
     * A rig around a component, which is activated and has not run yet.
     *
     * @param component not active yet
     */
    public static ComponentRig of(Component component) {
        return new ComponentRig(component);
    }

    private void note(Event event) {
        events.add(event);
        if (event instanceof ComponentFailed failed) {
            untold.add(failed);
        }
    }

    /** For a test of what follows when a component throws: {@link #run()} goes on then, and {@link #events()} tells. */
    public ComponentRig expectingFailures() {
        mayFail = true;
        return this;
    }

    /** Collects what comes out of an outbox that the component makes only when it first uses it. */
    public <T> ComponentRig collect(String outbox, Class<T> type) {
        Outbox<T> box = component.outbox(outbox, type);
        if (!box.isLinked()) {
            outside.collect(box);
        }
        return this;
    }

    /**
     * Lets an outbox be refused once so much waits to be taken: messages, or what their weigher counts.
     * Until then it has the default bound of its type.
     */
    public ComponentRig bound(String outbox, int bound) {
        outside.collector(component.outbox(outbox)).bound(bound);
        return this;
    }

    /**
     * Puts messages into an inbox, in order.
     *
     * @throws IllegalStateException if the box is full
     * @throws IllegalArgumentException if the box takes another type
     */
    public ComponentRig send(String inbox, Object... messages) {
        for (Object message : messages) {
            if (!offer(inbox, message)) {
                throw new IllegalStateException(component.inbox(inbox) + " is full; run, or use offer");
            }
        }
        return this;
    }

    /**
     * Puts a message into an inbox; false if the box is full.
     *
     * @throws IllegalArgumentException if the box takes another type
     */
    public boolean offer(String inbox, Object message) {
        return outside.offer(inbox.equals("control") ? component.control() : component.inbox(inbox), message);
    }

    /**
     * Runs until everything sleeps.
     *
     * @throws AssertionError if a component has thrown, with what it threw as the cause; see {@link
     *     #expectingFailures()}
     * @throws IllegalStateException if it never does
     */
    public ComponentRig run() {
        for (int cycles = 0; cycles < MOST_CYCLES; cycles++) {
            somethingCameIn = false;
            // Without a budget a cycle ends after a few steps, so that this loop can count.
            if (!scheduler.run(0) && !somethingCameIn) {
                tellFailures();
                return this;
            }
        }
        throw new IllegalStateException(component + " does not go to sleep: it, or another, always says AGAIN");
    }

    private void tellFailures() {
        if (mayFail || untold.isEmpty()) {
            return;
        }
        ComponentFailed first = untold.get(0);
        AssertionError told = new AssertionError(
                first.component() + " has thrown; if that is what this test is about, call expectingFailures()",
                first.cause());
        untold.stream().skip(1).forEach(other -> told.addSuppressed(other.cause()));
        untold.clear();
        throw told;
    }

    /**
     * Runs, and waits for what other threads bring, until something is so: for a component with a thread of its own, or one
     * that awaits a future.
     *
     * <pre>{@code
     * rig.runUntil(() -> rig.dataReady("outbox"), Duration.ofSeconds(10));
     * }</pre>
     *
     * @param so asked on this thread, while nothing runs
     * @param atMost how long to wait, by the machine's clock; the rig's stands still
     * @throws AssertionError if it is not so by then, or the thread is interrupted, or as with {@link #run()}
     */
    public ComponentRig runUntil(BooleanSupplier so, Duration atMost) {
        long start = System.nanoTime();
        long most = TimeUnit.NANOSECONDS.convert(atMost);
        run();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - start >= most) {
                throw new AssertionError("what is waited for has not come within " + atMost + "; " + component + " "
                        + (hasEnded() ? "has ended" : "sleeps"));
            }
            waitForArrivals();
            run();
        }
        return this;
    }

    /** Not for long, since what is waited for may come without an arrival. */
    private void waitForArrivals() {
        try {
            if (arrivals.tryAcquire(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                arrivals.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + component, e);
        }
    }

    /**
     * Lets time pass, deadline by deadline, and runs at each of them and at the end.
     *
     * @throws IllegalArgumentException if the time is negative, or more than 292 years
     * @throws IllegalStateException if the component sets deadline after deadline and none is later than the last
     */
    public ComponentRig advance(Duration time) {
        if (time.isNegative() || time.compareTo(Duration.ofNanos(LATEST - now)) > 0) {
            throw new IllegalArgumentException("the time to let pass must be from 0 to 292 years, not " + time);
        }
        run();
        long end = now + time.toNanos();
        int rounds = 0;
        while (scheduler.nextDeadline() <= end) {
            rounds = scheduler.nextDeadline() > now ? 0 : rounds + 1;
            if (rounds == MOST_CYCLES) {
                throw new IllegalStateException(
                        component + ", or another, sets one deadline after the other for at once: no time passes");
            }
            now = Math.max(now, scheduler.nextDeadline());
            run();
        }
        now = end;
        return run();
    }

    /** True when something has come out of an outbox and was not taken. */
    public boolean dataReady(String outbox) {
        return outside.collector(component.outbox(outbox)).dataReady();
    }

    /**
     * Takes what has come out of an outbox, oldest first; who was refused there can go on at the next run.
     *
     * @throws IllegalArgumentException if the outbox sends no such type
     * @throws ClassCastException if a message is not of that type
     */
    public <T> List<T> take(String outbox, Class<T> type) {
        List<T> taken = new ArrayList<>();
        Inbox<?> collector = outside.collector(component.outbox(outbox));
        if (!type.isAssignableFrom(collector.type()) && !collector.type().isAssignableFrom(type)) {
            throw new IllegalArgumentException(component.outbox(outbox) + " sends "
                    + collector.type().getSimpleName() + ", not " + type.getSimpleName());
        }
        while (collector.dataReady()) {
            taken.add(type.cast(collector.receive()));
        }
        return taken;
    }

    /** Takes the signals that have come out of {@code signal}; repetitions have merged, as in any control box. */
    public List<Signal> takeSignals() {
        return take("signal", Signal.class);
    }

    public boolean hasEnded() {
        return component.hasEnded();
    }

    /** What was told to observers so far, failures among it. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** To activate further components on, or to look at its counters. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Everything that the component is linked to; never activated, so that what comes stays. */
    private static final class Outside extends Component {
        private final Map<Box, Inbox<?>> collectors = new HashMap<>();

        void collect(Outbox<?> outbox) {
            Inbox<?> collector = addInbox(outbox.name(), outbox.type());
            collectors.put(outbox, collector);
            linkUntyped(outbox, collector);
        }

        Inbox<?> collector(Outbox<?> outbox) {
            Inbox<?> collector = collectors.get(outbox);
            if (collector == null) {
                throw new IllegalArgumentException(
                        outbox + " is linked elsewhere, or was made after the rig: collect it");
            }
            return collector;
        }

        @SuppressWarnings("unchecked")
        boolean offer(Inbox<?> inbox, Object message) {
            if (!inbox.type().isInstance(message)) {
                throw new IllegalArgumentException(
                        inbox + " takes " + inbox.type().getSimpleName() + ", not " + message);
            }
            return tell((Inbox<Object>) inbox, message);
        }

        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    /** Notes what comes in from other threads; the rest is the test's to ask for. */
    private final class Turns implements Scheduler.Host {
        @Override
        public void runSoon() {}

        @Override
        public void wakeUp() {
            somethingCameIn = true;
            arrivals.release();
        }

        @Override
        public void runAt(long nanoTime) {}
    }
}
