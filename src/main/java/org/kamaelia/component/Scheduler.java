package org.kamaelia.component;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs components in turn, round robin over those that are awake. It owns no thread: a {@link Host}
 * runs it when it asks, or a test runs it by hand. Axon's {@code Scheduler}.
 *
 * <p>One thread drives it: everything here, and in its components and boxes, belongs to that thread;
 * others come in by {@link #ingress()}.
 */
public final class Scheduler {
    /** Whoever gives the scheduler its turns. */
    public interface Host {
        /** Asks for {@link Scheduler#run(long)} soon; called on the scheduler's thread. */
        void runSoon();

        /** Runs a cycle now, within the call; on the scheduler's thread, while none is under way. */
        void runNow();

        /** Asks for a run from any thread: something waits in the {@link Ingress}. */
        void wakeUp();

        /** Asks for a run at a moment of the clock; replaces what was asked before. */
        void runAt(long nanoTime);

        /** For a scheduler that is driven by hand. */
        Host NONE = new Host() {
            @Override
            public void runSoon() {}

            @Override
            public void runNow() {}

            @Override
            public void wakeUp() {}

            @Override
            public void runAt(long nanoTime) {}
        };
    }

    /** From this mean time of a step on, the clock is read after every step. */
    private static final long LONG_STEP_NANOS = 10_000;

    private static final int MOST_STEPS_BETWEEN_CLOCK_READINGS = 32;

    private final Clock clock;
    private final Host host;
    private final Consumer<? super Event> events;
    private final Ingress ingress;
    private final ServiceRegistry services = new ServiceRegistry();
    private final Deadlines deadlines = new Deadlines();
    private final ArrayDeque<Runnable> atCycleEnd = new ArrayDeque<>();

    private @Nullable Component[] awake = new Component[64];
    private int head;
    private int count;

    /** True while a run is under way or asked for. */
    private boolean expected;

    private boolean running;
    private boolean stopped;
    private long cycleTime;
    private long hostTimer = Long.MAX_VALUE;
    private @Nullable Thread thread;

    private int lastId;
    private long steps;
    private long cycles;
    private long toNowhere;
    private long failures;
    private int active;
    private @Nullable Component lastActive;

    /** Driven by hand with the machine's clock; events are dropped. */
    public Scheduler() {
        this(Clock.SYSTEM, Host.NONE, event -> {});
    }

    public Scheduler(Clock clock, Host host, Consumer<? super Event> events) {
        this.clock = clock;
        this.host = host;
        this.events = events;
        this.ingress = new Ingress(this, host);
        this.cycleTime = clock.nanoTime();
    }

    // ---- running

    /**
     * Runs until nothing is awake.
     *
     * @throws IllegalStateException when called from within a run, or from another thread than before
     */
    public void run() {
        run(Long.MAX_VALUE);
    }

    /**
     * Runs one cycle: lets in what waits outside, passes deadlines, then steps awake components round
     * robin until none is awake or the budget is spent, then does what was kept for the cycle's end.
     *
     * @param budgetNanos how long to go on taking steps
     * @return true if components are still awake
     */
    public boolean run(long budgetNanos) {
        enter();
        try {
            ingress.admit();
            long start = clock.nanoTime();
            cycleTime = start;
            passDeadlines(start);
            takeSteps(start, budgetNanos);
            endCycle();
        } finally {
            running = false;
            expected = count > 0;
        }
        askForTimer();
        return expected;
    }

    private void enter() {
        Thread current = Thread.currentThread();
        if (thread == null) {
            thread = current;
        }
        checkThread();
        if (running) {
            throw new IllegalStateException("a step may not run its own scheduler");
        }
        running = true;
        expected = true;
        cycles++;
    }

    private void takeSteps(long start, long budgetNanos) {
        int taken = 0;
        int lookAt = 4;
        while (count > 0) {
            Component component = awake[head];
            awake[head] = null;
            head = (head + 1) & (awake.length - 1);
            count--;
            if (component != null && component.state == Component.AWAKE) {
                take(component);
                taken++;
            }
            if (taken >= lookAt && budgetNanos != Long.MAX_VALUE) {
                long spent = clock.nanoTime() - start;
                if (spent >= budgetNanos) {
                    break;
                }
                boolean slow = spent / taken > LONG_STEP_NANOS;
                lookAt = taken + (slow ? 1 : Math.min(taken, MOST_STEPS_BETWEEN_CLOCK_READINGS));
            }
        }
        steps += taken;
    }

    private void take(Component component) {
        component.state = Component.RUNNING;
        component.steps++;
        Next next;
        try {
            Component.Detour detour = component.detour;
            next = detour == null ? component.step() : detour.step().step();
        } catch (Throwable thrown) {
            end(component, thrown);
            return;
        }
        if (next == Next.PAUSE) {
            if (component.state == Component.RUNNING) {
                component.state = Component.ASLEEP;
            } else if (component.state == Component.WOKEN) {
                requeue(component);
            }
        } else if (component.state != Component.ENDED) {
            goOn(component, next);
        }
    }

    private void goOn(Component component, Next next) {
        if (next instanceof Next.Detour detour) {
            component.detour = new Component.Detour(detour.step, component.detour);
        } else if (next == Next.DONE) {
            Component.Detour detour = component.detour;
            if (detour == null) {
                end(component, null);
                return;
            }
            component.detour = detour.outer();
        }
        requeue(component);
    }

    private void endCycle() {
        for (Runnable last = atCycleEnd.poll(); last != null; last = atCycleEnd.poll()) {
            last.run();
        }
    }

    /** Has something done once at the end of the cycle under way, or of the next one. It must not throw. */
    public void atCycleEnd(Runnable last) {
        atCycleEnd.add(last);
        expectRun();
    }

    /** When the cycle under way, or the last one, began; saves reading the clock. */
    public long cycleTime() {
        return cycleTime;
    }

    public Clock clock() {
        return clock;
    }

    // ---- components

    /** Starts a component; one that is or was active stays as it is. */
    public void activate(Component component) {
        checkThread();
        if (stopped) {
            throw new IllegalStateException("the scheduler has stopped; it cannot activate " + component);
        }
        if (component.state != Component.NEW) {
            return;
        }
        component.id = ++lastId;
        component.scheduler = this;
        component.home = this;
        enlist(component);
        for (Deadline each = component.firstDeadline; each != null; each = each.nextOfOwner) {
            arm(each);
        }
        requeue(component);
        expectRun();
    }

    /** Ends a component now; one that was never active or has ended stays as it is. */
    public void end(Component component) {
        checkThread();
        if (component.isActive()) {
            end(component, null);
        }
    }

    private void end(Component component, @Nullable Throwable failure) {
        if (component.state == Component.ENDING || component.state == Component.ENDED) {
            if (failure != null) {
                report(component, failure);
            }
            return;
        }
        component.state = Component.ENDING;
        delist(component);
        Throwable cause = failure;
        try {
            component.ended(failure);
        } catch (Throwable thrown) {
            if (cause == null) {
                cause = thrown;
            } else if (cause != thrown) {
                cause.addSuppressed(thrown);
            }
        }
        if (cause != null) {
            report(component, cause);
            component.sayFailed(cause);
        }
        component.state = Component.ENDED;
        component.dismantle();
        tellParent(component, cause);
    }

    private void tellParent(Component child, @Nullable Throwable failure) {
        Component parent = child.leaveParent();
        if (parent == null) {
            return;
        }
        try {
            parent.childEnded(child, failure);
        } catch (Throwable thrown) {
            if (parent.isActive()) {
                end(parent, thrown);
            } else {
                report(parent, thrown);
            }
        }
        parent.wakeHere();
    }

    /** Tells of a failure; for one that ends nobody too, in a hook whose component is ending anyway. */
    void report(Component component, Throwable failure) {
        failures++;
        try {
            events.accept(new ComponentFailed(component.toString(), failure));
        } catch (Throwable thrown) {
            observerFailed(thrown);
        }
    }

    /** An observer that throws must not end what it observes. */
    private static void observerFailed(Throwable thrown) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
    }

    private void enlist(Component component) {
        active++;
        component.previousActive = lastActive;
        if (lastActive != null) {
            lastActive.nextActive = component;
        }
        lastActive = component;
    }

    private void delist(Component component) {
        active--;
        Component before = component.previousActive;
        Component after = component.nextActive;
        if (before != null) {
            before.nextActive = after;
        }
        if (after == null) {
            lastActive = before;
        } else {
            after.previousActive = before;
        }
        component.previousActive = null;
        component.nextActive = null;
    }

    void wake(Component component) {
        if (thread == Thread.currentThread()) {
            component.wakeHere();
        } else {
            ingress.wake(component);
        }
    }

    /** Puts a message into where an inbox leads, as if from outside. The scheduler's thread. */
    public <T> Outcome deliver(Inbox<? super T> inbox, T message) {
        checkThread();
        Inbox<?> end = inbox.target;
        if (end == null || end.isClosed()) {
            return Outcome.GONE;
        }
        return end.deliver(message, inbox) ? Outcome.DELIVERED : Outcome.FULL;
    }

    void enqueue(Component component) {
        checkThread();
        requeue(component);
        expectRun();
    }

    private void requeue(Component component) {
        component.state = Component.AWAKE;
        if (count == awake.length) {
            grow();
        }
        awake[(head + count) & (awake.length - 1)] = component;
        count++;
    }

    private void grow() {
        @Nullable Component[] larger = Arrays.copyOfRange(awake, head, head + awake.length * 2);
        System.arraycopy(awake, 0, larger, awake.length - head, head);
        awake = larger;
        head = 0;
    }

    /** Has the host run a cycle within this call, unless one is under way: worth it for much data at once. */
    public void runNow() {
        if (!running && count > 0) {
            host.runNow();
        }
    }

    private void expectRun() {
        if (!expected) {
            expected = true;
            host.runSoon();
        }
    }

    private void checkThread() {
        if (thread != null && thread != Thread.currentThread()) {
            throw new IllegalStateException("this scheduler belongs to thread " + thread.getName() + ", not to "
                    + Thread.currentThread().getName() + "; use its ingress");
        }
    }

    // ---- deadlines

    void arm(Deadline deadline) {
        deadline.at = clock.nanoTime() + deadline.delay;
        deadlines.add(deadline);
        if (!running) {
            askForTimer();
        }
    }

    void disarm(Deadline deadline) {
        deadlines.remove(deadline);
    }

    private void passDeadlines(long now) {
        for (Deadline next = deadlines.earliest(); next != null && next.at - now <= 0; next = deadlines.earliest()) {
            deadlines.remove(next);
            next.pass();
        }
        if (hostTimer != Long.MAX_VALUE && hostTimer - now <= 0) {
            hostTimer = Long.MAX_VALUE;
        }
    }

    private void askForTimer() {
        Deadline next = deadlines.earliest();
        if (next != null && (hostTimer == Long.MAX_VALUE || next.at - hostTimer < 0)) {
            hostTimer = next.at;
            host.runAt(next.at);
        }
    }

    /** The earliest deadline in the clock's terms; {@link Long#MAX_VALUE} when there is none. */
    public long nextDeadline() {
        Deadline next = deadlines.earliest();
        return next == null ? Long.MAX_VALUE : next.at;
    }

    // ---- the rest of the world

    /** The door for other threads. */
    public Ingress ingress() {
        return ingress;
    }

    public ServiceRegistry services() {
        return services;
    }

    /** Tells whoever observes; what the observer throws goes to the thread's handler of uncaught exceptions. */
    public void emit(Event event) {
        try {
            events.accept(event);
        } catch (Throwable thrown) {
            observerFailed(thrown);
        }
    }

    void countNowhere() {
        toNowhere++;
    }

    /** Binds the scheduler to the current thread before its first run. */
    public void confineToCurrentThread() {
        thread = Thread.currentThread();
    }

    /** True on the scheduler's thread, or while it belongs to none yet. */
    public boolean inThread() {
        return thread == null || thread == Thread.currentThread();
    }

    /** Ends every component, youngest first, and lets nothing in any more. The scheduler's thread. */
    public void stop() {
        checkThread();
        stopped = true;
        ingress.stop();
        while (lastActive != null) {
            end(lastActive, null);
        }
        endCycle();
    }

    /** Plain counters since the start; read them on the scheduler's thread. */
    public Counters counters() {
        return new Counters(active, count, cycles, steps, toNowhere, failures);
    }

    /**
     * What a scheduler has done so far.
     *
     * @param active components between activation and end
     * @param awake of those, how many wait for their turn
     * @param cycles how many cycles have run
     * @param steps how many steps have been taken
     * @param toNowhere messages that went nowhere
     * @param failures components that threw
     */
    public record Counters(int active, int awake, long cycles, long steps, long toNowhere, long failures) {}
}
