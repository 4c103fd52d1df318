package org.kamaelia.component;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A removable wire from a box to an inbox whose component runs on another scheduler; it belongs to the component that
 * made it, see {@link Component#linkAcross(Outbox, Inbox, int)}.
 *
 * <p>The source's chain of linkages ends in the inbox of a {@link Departure}, a component of the source's scheduler. What
 * one cycle sends there crosses at the cycle's end, as one batch, to an {@link Arrival} on the sink's scheduler, which
 * moves it on into the sink, in order and as that has room. Until then it uses up the window, so the sender is refused,
 * and woken, as by a full box: no more than the window, and one message, is ever on its way. Signals are never refused:
 * one batch of them is on its way at a time, others merge meanwhile as in any signal box, those of all that the source
 * leads from being of one source to the sink. A circle of passthroughs through two schedulers is not noticed.
 *
 * <p>It ends when it is unlinked, or its maker ends; when the source leads elsewhere, as its component has ended: then
 * what was sent still arrives; when the sink's component ends: then what is on its way goes nowhere, on the sink's
 * scheduler, and the source leads nowhere. A scheduler that stops ends its components, so it counts as the one or the
 * other.
 *
 * <p>Its accessors are for any thread, except {@link #isLinked()}, for the maker's.
 */
public final class RemoteLinkage {
    final Component maker;
    private final Box source;
    private final Inbox<?> sink;
    private final int window;
    private final Scheduler here;
    private final Scheduler from;
    private final Scheduler to;
    private final String name;
    private final CompletableFuture<RemoteLinkage> made = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Of departure and arrival, how many have not ended. */
    private final AtomicInteger halves = new AtomicInteger(2);

    // The maker's thread.
    private boolean linked;
    private boolean listed;
    private @Nullable RemoteLinkage previousMade;

    @Nullable
    RemoteLinkage nextMade;

    // The source's thread.
    private @Nullable Departure<?> departure;
    private boolean closed;

    /** Work for another scheduler, and what to do instead if that has stopped. */
    private record Work(Runnable enters, Runnable refused) implements Ingress.Entry {
        @Override
        public void enter() {
            enters.run();
        }

        @Override
        public void refuse() {
            refused.run();
        }
    }

    private RemoteLinkage(Component maker, Box source, Scheduler from, Inbox<?> sink, Scheduler to, int window) {
        this.maker = maker;
        this.source = source;
        this.sink = sink;
        this.window = window;
        this.here = maker.scheduler();
        this.from = from;
        this.to = to;
        this.name = source + " -> " + sink;
    }

    // ---- making: at the sink, then at the source, then back at the maker

    static CompletionStage<RemoteLinkage> make(Component maker, Box source, Inbox<?> sink, int window) {
        maker.checkThread();
        if (window < 1) {
            throw new IllegalArgumentException(
                    "the window from " + source + " to " + sink + " must be at least 1, not " + window);
        }
        Component inactive = maker.isActive() ? firstInactive(source.owner, sink.owner) : maker;
        Scheduler from = source.owner.home;
        Scheduler to = sink.owner.home;
        if (inactive != null || from == null || to == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(inactive + " is not active; activate it before linking " + source + " to "
                            + sink + " on another scheduler"));
        }
        RemoteLinkage linkage = new RemoteLinkage(maker, source, from, sink, to, window);
        linkage.enlist();
        post(to, linkage::standAtSink, linkage::refusedAtSink);
        return linkage.made;
    }

    private static @Nullable Component firstInactive(Component source, Component sink) {
        return source.home == null ? source : sink.home == null ? sink : null;
    }

    private static void post(Scheduler scheduler, Runnable work, Runnable refused) {
        if (!scheduler.ingress().offer(new Work(work, refused))) {
            refused.run();
        }
    }

    private void standAtSink() {
        standAtSink(sink);
    }

    private <T> void standAtSink(Inbox<T> target) {
        if (target.isClosed()) {
            String why = target.owner.hasEnded() ? target.owner + " has ended" : target + " has been removed";
            fail(new IllegalStateException(name + " cannot be linked: " + why));
            return;
        }
        Arrival<T> arrival = new Arrival<>(this, target, window);
        to.activate(arrival);
        post(from, () -> standAtSource(arrival), () -> {
            endThere(arrival);
            fail(stopped(source));
        });
    }

    private void refusedAtSink() {
        fail(stopped(sink));
    }

    private <T> void standAtSource(Arrival<T> arrival) {
        try {
            if (closed) {
                throw new IllegalStateException(undone());
            }
            if (!source.owner.isActive()) {
                throw new IllegalStateException(name + " cannot be linked: " + source.owner + " has ended");
            }
            Departure<T> made = new Departure<>(this, source, arrival, window);
            departure = made;
            from.activate(made);
            post(here, this::stands, this::refusedAtMaker);
        } catch (RuntimeException refused) {
            endThere(arrival);
            fail(refused);
        }
    }

    private void endThere(Component arrival) {
        post(to, () -> to.end(arrival), () -> {});
    }

    private void stands() {
        if (listed) {
            linked = true;
            made.complete(this);
        } else {
            made.completeExceptionally(new IllegalStateException(undone()));
        }
    }

    private void refusedAtMaker() {
        // The maker ends with its scheduler, and that undoes it.
        made.completeExceptionally(stopped(maker));
    }

    private void fail(RuntimeException cause) {
        post(
                here,
                () -> {
                    delist();
                    made.completeExceptionally(cause);
                },
                () -> made.completeExceptionally(cause));
    }

    private String undone() {
        return name + " was undone before it stood";
    }

    private IllegalStateException stopped(Object whose) {
        return new IllegalStateException(name + " cannot be linked: the scheduler of " + whose + " has stopped");
    }

    // ---- the end

    /** The maker undoes it, or ends. */
    void undo() {
        if (listed) {
            linked = false;
            delist();
            close();
        }
    }

    /** Has the source lead nowhere; what was sent is still shipped. Any thread. */
    void close() {
        post(from, this::closeHere, () -> {});
    }

    private void closeHere() {
        closed = true;
        if (departure != null) {
            from.end(departure);
        }
    }

    /** The departure or the arrival has ended; on its thread. */
    void halfEnded() {
        if (halves.decrementAndGet() == 0) {
            post(here, this::bothEnded, () -> ended.complete(null));
        }
    }

    private void bothEnded() {
        linked = false;
        delist();
        ended.complete(null);
    }

    // ---- traffic

    /** Where batches go. */
    Ingress arrivals() {
        return to.ingress();
    }

    /** So much of the window is free again; on the sink's thread. */
    void giveBack(int space) {
        post(
                from,
                () -> {
                    if (departure != null) {
                        departure.giveBack(space);
                    }
                },
                () -> {});
    }

    // ---- among those that the maker made

    private void enlist() {
        listed = true;
        nextMade = maker.firstMadeAcross;
        if (nextMade != null) {
            nextMade.previousMade = this;
        }
        maker.firstMadeAcross = this;
    }

    private void delist() {
        if (!listed) {
            return;
        }
        listed = false;
        if (previousMade == null) {
            maker.firstMadeAcross = nextMade;
        } else {
            previousMade.nextMade = nextMade;
        }
        if (nextMade != null) {
            nextMade.previousMade = previousMade;
        }
        previousMade = null;
        nextMade = null;
    }

    // ---- what others see

    public Box source() {
        return source;
    }

    public Inbox<?> sink() {
        return sink;
    }

    /** False once it has been undone, or the maker's scheduler has heard that it ended. The maker's thread. */
    public boolean isLinked() {
        return linked;
    }

    /**
     * Completes on the maker's scheduler when nothing of it is left, whatever ended it: all that was sent has reached the
     * sink or, if that ended, has gone nowhere; and the source can be linked anew.
     */
    public CompletionStage<Void> ended() {
        return ended;
    }

    @Override
    public String toString() {
        return name;
    }
}
