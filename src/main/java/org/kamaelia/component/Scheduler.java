package org.kamaelia.component;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
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

        /** May run a cycle now, within the call; on the scheduler's thread, while none is under way. */
        default void runNow() {}

        /** Asks for a run from any thread: something waits in the {@link Ingress}. */
        void wakeUp();

        /** Asks for a run at a moment of the clock; replaces what was asked before. */
        void runAt(long nanoTime);

        /** For a scheduler that is driven by hand. */
        Host NONE = new Host() {
            @Override
            public void runSoon() {}

            @Override
            public void wakeUp() {}

            @Override
            public void runAt(long nanoTime) {}
        };
    }

    /** From this mean time of a step on, the clock is read after every step. */
    private static final long LONG_STEP_NANOS = 10_000;

    private static final int STEPS_BEFORE_FIRST_LOOK = 4;
    private static final int MOST_STEPS_BETWEEN_CLOCK_READINGS = 32;

    /** About every how manieth step is timed. */
    private static final int SAMPLE_EVERY = 1_024;

    private static final VarHandle STEPS = field("steps", long.class);
    private static final VarHandle CYCLES = field("cycles", long.class);
    private static final VarHandle RUNNING = field("running", boolean.class);

    private final Clock clock;
    private final Host host;
    private final Consumer<? super Event> events;
    private final Ingress ingress;
    private final ServiceRegistry services = new ServiceRegistry(this);
    private final Deadlines deadlines = new Deadlines();
    private final Accounts accounts = new Accounts();
    private final List<Walk> walks = new ArrayList<>(0);
    private final ArrayDeque<Runnable> atCycleEnd = new ArrayDeque<>();

    // The run queue: components know who comes after them. An array's store checks cost more.
    private @Nullable Component firstAwake;

    /** Right where there is more than one, so that to wake the only one is a single store. */
    private @Nullable Component lastAwake;

    /** True while a run is under way or asked for. */
    private boolean expected;

    private boolean running;
    private boolean stopped;
    private long cycleTime;

    /** The same while a cycle is under way, for {@link Inbox#oldestAge}; 0 between cycles, when the clock must be read. */
    int stamp;

    private long hostTimer = Long.MAX_VALUE;

    @Nullable
    Thread thread;

    private long lastId;
    private long steps;
    private int stepsBeforeFirstLook = STEPS_BEFORE_FIRST_LOOK;
    private int sampleEvery = SAMPLE_EVERY;
    private long sampleAt = SAMPLE_EVERY;
    private int random;
    private long cycles;
    private int active;
    private @Nullable Component lastActive;

    /** Whose hooks run, when it is ending. */
    private @Nullable Component ending;

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
            stamp = Inbox.stamp(start);
            passDeadlines(start);
            takeSteps(start, budgetNanos);
            endCycle();
        } finally {
            running = false;
            stamp = 0;
            expected = firstAwake != null;
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
        long first = steps;
        long clockAt = budgetNanos == Long.MAX_VALUE ? Long.MAX_VALUE : steps + stepsBeforeFirstLook;
        long lookAt = Math.min(clockAt, sampleAt);
        for (Component next = firstAwake; next != null; next = firstAwake) {
            Component after = next.nextAwake;
            firstAwake = after;
            if (after != null) {
                next.nextAwake = null;
            }
            if (next.state != Component.AWAKE) {
                continue;
            }
            if (++steps < lookAt) {
                take(next);
                continue;
            }
            if (steps == sampleAt) {
                takeTimed(next);
            } else {
                take(next);
            }
            if (steps == clockAt) {
                long spent = clock.nanoTime() - start;
                long taken = steps - first;
                boolean slow = spent / taken > LONG_STEP_NANOS;
                stepsBeforeFirstLook = slow ? 1 : STEPS_BEFORE_FIRST_LOOK;
                if (spent >= budgetNanos) {
                    break;
                }
                clockAt = steps + (slow ? 1 : Math.min(taken, MOST_STEPS_BETWEEN_CLOCK_READINGS));
            }
            lookAt = Math.min(clockAt, sampleAt);
        }
        if (firstAwake == null) {
            // It may have ended, and nothing may be awake for long.
            lastAwake = null;
        }
    }

    /** Times one step in about a thousand: timing each would cost more than the step. */
    private void takeTimed(Component component) {
        long from = clock.nanoTime();
        take(component);
        long nanos = (clock.nanoTime() - from) * sampleEvery;
        component.nanos += nanos;
        accounts.of(component).nanos += nanos;
        // Not a fixed distance: where components take turns it would always meet the same one.
        random = random * 1_103_515_245 + 12_345;
        sampleEvery = SAMPLE_EVERY / 2 + (random >>> 16) % SAMPLE_EVERY;
        sampleAt = steps + sampleEvery;
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

    private void goOn(Component component, @Nullable Next next) {
        if (next == null) {
            end(component, new NullPointerException("its step returned null; return AGAIN, PAUSE or DONE"));
            return;
        }
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
        checkThread();
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

    /**
     * Starts a component; one that is active here already stays as it is.
     *
     * @throws IllegalStateException if the component has ended or runs on another scheduler, or if this
     *     scheduler has stopped
     */
    public void activate(Component component) {
        checkThread();
        if (stopped) {
            throw new IllegalStateException("the scheduler has stopped; it cannot activate " + component);
        }
        if (component.hasEnded()) {
            throw new IllegalStateException(component + " has ended; make a new one and activate that");
        }
        if (component.scheduler != null && component.scheduler != this) {
            throw new IllegalStateException(component + " is active on another scheduler already");
        }
        if (component.state != Component.NEW) {
            return;
        }
        refuseFamilyOnOtherSchedulers(component);
        refuseLinksToOtherSchedulers(component);
        component.id = ++lastId;
        component.scheduler = this;
        component.home = this;
        KindAccount kind = accounts.of(component);
        component.kind = kind;
        kind.started++;
        enlist(component);
        for (Deadline each = component.firstDeadline; each != null; each = each.nextOfOwner) {
            arm(each);
        }
        requeue(component);
        expectRun();
    }

    /** A child's end is told to its parent within the same turn. */
    private void refuseFamilyOnOtherSchedulers(Component component) {
        refuseRelative(component, "parent", component.parent);
        for (Component child = component.firstChild; child != null; child = child.nextSibling) {
            refuseRelative(component, "child", child);
        }
    }

    private void refuseRelative(Component component, String relation, @Nullable Component relative) {
        if (relative != null && relative.scheduler != null && relative.scheduler != this) {
            throw new IllegalStateException(component + " cannot run here: its " + relation + " " + relative
                    + " runs on another scheduler; activate both there, or join them by linkAcross");
        }
    }

    private void refuseLinksToOtherSchedulers(Component component) {
        for (Box box = component.firstBox; box != null; box = box.nextBox) {
            if (box.out != null) {
                refuseOtherScheduler(component, box.out, box.out.sink.owner);
                refuseOtherScheduler(component, box.out, box.out.maker);
            }
            for (Linkage in = box.firstIn; in != null; in = in.nextIn) {
                refuseOtherScheduler(component, in, in.source.owner);
                refuseOtherScheduler(component, in, in.maker);
            }
        }
    }

    private void refuseOtherScheduler(Component component, Linkage linkage, Component other) {
        if (other.scheduler != null && other.scheduler != this) {
            throw new IllegalStateException(component + " cannot run here: it is linked by " + linkage + ", and "
                    + other + " runs on another scheduler; activate both there, or use linkAcross");
        }
    }

    /**
     * Ends a component now; one that was never active or has ended stays as it is.
     *
     * @throws IllegalStateException if it runs on another scheduler
     */
    public void end(Component component) {
        checkThread();
        if (component.isActive()) {
            if (component.scheduler != this) {
                throw new IllegalStateException(
                        component + " runs on another scheduler; call that one's end, on its thread");
            }
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
        Component outer = ending;
        ending = component;
        try {
            component.ended(failure);
        } catch (Throwable thrown) {
            if (cause == null) {
                cause = thrown;
            } else if (cause != thrown) {
                cause.addSuppressed(thrown);
            }
        }
        ending = outer;
        if (cause != null) {
            report(component, cause);
            component.sayFailed(cause);
        }
        component.state = Component.ENDED;
        component.dismantle();
        tellParent(component, cause);
        component.closeInboxes();
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
        accounts.of(component).failures++;
        try {
            events.accept(new ComponentFailed(name(component), component, failure));
        } catch (Throwable thrown) {
            observerFailed(thrown);
        }
    }

    /** What it calls itself; its plain name if it cannot, as when it failed half made or is asked on another thread. */
    static String name(Component component) {
        try {
            return component.toString();
        } catch (RuntimeException cannot) {
            return component.plainName();
        }
    }

    /** An observer that throws must not end what it observes. */
    private static void observerFailed(Throwable thrown) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
    }

    private void enlist(Component component) {
        active++;
        accounts.of(component).active++;
        component.previousActive = lastActive;
        if (lastActive != null) {
            lastActive.nextActive = component;
        }
        lastActive = component;
    }

    private void delist(Component component) {
        for (Walk each : walks) {
            each.leaves(component);
        }
        accounts.of(component).steps += component.steps;
        active--;
        accounts.of(component).active--;
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

    /** True on the scheduler's thread only. */
    boolean isOwnThread() {
        return thread == Thread.currentThread();
    }

    /**
     * Puts a message into where an inbox leads, as if from outside. The scheduler's thread.
     *
     * @throws IllegalArgumentException if the message is not of the box's type
     * @throws IllegalStateException if the box's component runs on another scheduler
     */
    public <T> Outcome deliver(Inbox<? super T> inbox, T message) {
        checkThread();
        inbox.check(message);
        Scheduler home = inbox.owner.home;
        if (home != null && home != this) {
            throw new IllegalStateException(inbox + " is on another scheduler; use that one's ingress");
        }
        Inbox<?> end = inbox.target;
        if (end == null || end.isClosed()) {
            return Outcome.GONE;
        }
        return end.deliverFrom(message, inbox) ? Outcome.DELIVERED : Outcome.FULL;
    }

    void enqueue(Component component) {
        if (expected) {
            requeue(component);
            return;
        }
        checkThread();
        requeue(component);
        expectRun();
    }

    private void requeue(Component component) {
        component.state = Component.AWAKE;
        Component first = firstAwake;
        if (first == null) {
            firstAwake = component;
            return;
        }
        Component last = first.nextAwake == null ? first : Objects.requireNonNull(lastAwake);
        last.nextAwake = component;
        lastAwake = component;
    }

    /** Has the host run a cycle within this call, unless one is under way: worth it for much data at once. */
    public void runNow() {
        if (!running && firstAwake != null) {
            host.runNow();
        }
    }

    private void expectRun() {
        if (!expected) {
            expected = true;
            host.runSoon();
        }
    }

    void checkThread() {
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

    /** Binds the scheduler to the current thread before its first run. */
    public void confineToCurrentThread() {
        thread = Thread.currentThread();
    }

    /** True on the scheduler's thread, or while it belongs to none yet. */
    public boolean inThread() {
        return thread == null || thread == Thread.currentThread();
    }

    // ---- looked at

    /**
     * Looks at everything, a few components at a time with other work between, from any thread.
     *
     * @return failed with {@link java.util.concurrent.RejectedExecutionException} if the scheduler stops before, or too
     *     much waits in its {@link Ingress}
     */
    public CompletionStage<SchedulerSnapshot> snapshot() {
        Deque<ComponentSnapshot> all = new ArrayDeque<>();
        return survey(
                () -> true,
                () -> {},
                each -> {
                    all.addFirst(ComponentSnapshot.of(each));
                    return Walk.LOOKED;
                },
                ended -> {},
                () -> new SchedulerSnapshot(counters(), List.copyOf(all)));
    }

    /** What the components of each class have done, in no order; counted and answered like {@link #snapshot()}. */
    public CompletionStage<List<KindCounters>> kinds() {
        return kinds(() -> true);
    }

    /** The same as long as somebody waits for it, like {@link #look(long, int, BooleanSupplier, Function)}. */
    public CompletionStage<List<KindCounters>> kinds(BooleanSupplier awaited) {
        Map<KindAccount, Long> steps = new HashMap<>();
        Consumer<Component> count = each -> steps.merge(accounts.of(each), each.steps, Long::sum);
        return survey(
                awaited,
                () -> steps.putAll(accounts.stepsOfEnded()),
                each -> {
                    count.accept(each);
                    return Walk.PASSED;
                },
                count,
                () -> steps.entrySet().stream()
                        .map(each -> each.getKey().counters(each.getValue()))
                        .toList());
    }

    /**
     * Looks at some of the components, the youngest first, a few at a time with other work between, from any thread.
     *
     * @param below only at those with a smaller {@link Component#number()}: the last one's of the page before
     * @param limit where it stops: it looks no further than it has to
     * @param look what to answer with, asked on the scheduler's thread, which it must not hold up; null for one that is
     *     not wanted
     * @return failed like {@link #snapshot()}, or with what {@code look} threw
     */
    public <R> CompletionStage<List<R>> look(
            long below, int limit, Function<? super Component, ? extends @Nullable R> look) {
        return look(below, limit, () -> true, look);
    }

    /**
     * The same as long as somebody waits for it.
     *
     * @param awaited asked in every step, on the scheduler's thread; once false the look ends, and its answer fails with
     *     {@link java.util.concurrent.CancellationException}
     */
    public <R> CompletionStage<List<R>> look(
            long below, int limit, BooleanSupplier awaited, Function<? super Component, ? extends @Nullable R> look) {
        List<R> found = new ArrayList<>();
        return survey(
                awaited,
                () -> {},
                each -> {
                    if (each.id >= below) {
                        return Walk.PASSED;
                    }
                    R seen = look.apply(each);
                    if (seen != null) {
                        found.add(seen);
                    }
                    return found.size() < limit ? Walk.LOOKED : Walk.ENOUGH;
                },
                ended -> {},
                () -> found);
    }

    /**
     * Does something with the component of that number, on the scheduler's thread, from any thread.
     *
     * @return empty if there is none, or no longer; failed like {@link #look}
     */
    public <R> CompletionStage<Optional<R>> find(long number, Function<? super Component, ? extends R> work) {
        return look(number + 1, 1, each -> each.id == number ? Optional.of(work.apply(each)) : Optional.<R>empty())
                .thenApply(found -> found.isEmpty() ? Optional.empty() : found.get(0));
    }

    private <R> CompletionStage<R> survey(
            BooleanSupplier awaited,
            Runnable first,
            ToIntFunction<Component> visitor,
            Consumer<Component> leaver,
            Supplier<R> result) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        Survey<R> survey = new Survey<>(awaited, first, visitor, leaver, result, answer);
        ingress.activate(survey).thenAccept(outcome -> {
            if (outcome != Outcome.DELIVERED) {
                survey.cannot(outcome);
            }
        });
        return answer;
    }

    /** Begins a walk over those that are active now; give it back to {@link #endWalk}. */
    Walk walk(Consumer<? super Component> leaver) {
        Walk walk = new Walk(lastActive, leaver);
        walks.add(walk);
        return walk;
    }

    void endWalk(Walk walk) {
        walks.remove(walk);
    }

    // ---- watched from other threads

    /**
     * A number for the step under way: as long as a later call gives the same one, that step still goes on.
     * Any thread.
     *
     * @return -1 when no run is under way
     */
    public long stepUnderWay() {
        // Cycles count too, or many in which nobody steps would pass for one long step.
        return (boolean) RUNNING.getOpaque(this) ? (long) STEPS.getOpaque(this) + (long) CYCLES.getOpaque(this) : -1;
    }

    /**
     * Tells that the step under way has been so for too long, if it still is. Any thread.
     *
     * @param step what {@link #stepUnderWay()} gave
     * @param since how long ago that was
     * @return false, and nothing is told, if the step is over
     */
    public boolean reportOverdue(long step, Duration since) {
        Thread at = thread;
        if (at == null || stepUnderWay() != step) {
            return false;
        }
        Component culprit = underWay();
        StepOverdue overdue =
                new StepOverdue(culprit == null ? null : name(culprit), culprit, since, List.of(at.getStackTrace()));
        if (stepUnderWay() != step) {
            return false;
        }
        emit(overdue);
        return true;
    }

    /** Looks for it where the scheduler's thread may be changing things; right as long as the step goes on. */
    private @Nullable Component underWay() {
        if (ending != null) {
            return ending;
        }
        Component each = lastActive;
        for (int left = active; each != null && left > 0; left--) {
            if (each.state == Component.RUNNING || each.state == Component.WOKEN) {
                return each;
            }
            each = each.previousActive;
        }
        return null;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Scheduler.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
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
        firstAwake = null;
        lastAwake = null;
    }

    boolean hasStopped() {
        return stopped;
    }

    /** Plain counters since the start; read them on the scheduler's thread. */
    public Counters counters() {
        int awake = 0;
        for (Component each = firstAwake; each != null; each = each.nextAwake) {
            awake += each.state == Component.AWAKE ? 1 : 0;
        }
        return new Counters(
                active,
                awake,
                cycles,
                steps,
                accounts.total(kind -> kind.toNowhere),
                accounts.total(kind -> kind.refused),
                accounts.total(kind -> kind.failures));
    }

    /**
     * What a scheduler has done so far.
     *
     * @param active components between activation and end
     * @param awake of those, how many wait for their turn
     * @param cycles how many cycles have run
     * @param steps how many steps have been taken
     * @param toNowhere messages that went nowhere
     * @param refused sends that found the destination full
     * @param failures components that threw
     */
    public record Counters(
            int active, int awake, long cycles, long steps, long toNowhere, long refused, long failures) {}
}
