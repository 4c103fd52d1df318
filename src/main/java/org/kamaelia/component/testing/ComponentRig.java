package org.kamaelia.component.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Component component;
    private final Outside outside = new Outside();
    private final List<Event> events = new ArrayList<>();

    /** Those that the test has not been told of. */
    private final List<ComponentFailed> untold = new ArrayList<>();

    private boolean mayFail;
    private final Scheduler scheduler;
    private long now;
    private volatile boolean somethingCameIn;

    private ComponentRig(Component component) {
        this.component = component;
        this.scheduler = new Scheduler(() -> now, new Turns(), this::note);
        for (Box box : component.boxes()) {
            if (box instanceof Outbox<?> outbox && !outbox.isLinked()) {
                outside.collect(outbox);
            }
        }
        collect("signal", Signal.class);
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

    /** Lets time pass, deadline by deadline, and runs at each of them and at the end. */
    public ComponentRig advance(Duration time) {
        run();
        long end = now + time.toNanos();
        while (scheduler.nextDeadline() <= end) {
            now = Math.max(now, scheduler.nextDeadline());
            run();
        }
        now = end;
        return run();
    }

    /** Takes what has come out of an outbox, oldest first; who was refused there can go on at the next run. */
    public <T> List<T> take(String outbox, Class<T> type) {
        List<T> taken = new ArrayList<>();
        Inbox<?> collector = outside.collector(component.outbox(outbox));
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
        }

        @Override
        public void runAt(long nanoTime) {}
    }
}
