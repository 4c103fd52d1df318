package org.kamaelia.component;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The one door into a scheduler from other threads. Everything that enters is done in the order it
 * came, on the scheduler's thread, between two cycles; the answer comes there too. Any thread.
 *
 * <p>No more than {@value #BOUND} may wait for the next cycle: what is too much is refused at once, and
 * answered on the thread that asked. Signals have as much again, so that a flood can be told to stop.
 * Components are woken by {@link Component#wake()}.
 */
public final class Ingress {
    /** So many messages, calls and activations may wait. */
    static final int BOUND = 16_384;

    private final Scheduler scheduler;
    private final Scheduler.Host host;

    // Guarded by this.
    private List<Entry> waiting = new ArrayList<>();

    /** How many of those that wait are bounded by nothing else. */
    private int counted;

    private boolean stopped;

    /** What came in. */
    interface Entry {
        /** On the scheduler's thread; must not throw. */
        void enter();

        /** The scheduler has stopped; must not throw. */
        void refuse();
    }

    /** A component is to be woken; no second one waits for the same. */
    private record Wake(Component component) implements Entry {
        @Override
        public void enter() {
            component.wakeEnters();
            component.wakeHere();
        }

        @Override
        public void refuse() {
            // The component ends with its scheduler.
        }
    }

    Ingress(Scheduler scheduler, Scheduler.Host host) {
        this.scheduler = scheduler;
        this.host = host;
    }

    /**
     * Delivers a message to where an inbox leads; fails with an {@link IllegalStateException} if its component
     * runs on another scheduler.
     *
     * @return {@link Outcome#FULL} if the box is full, or too much waits here
     * @throws IllegalArgumentException at once, if the message is not of the box's type
     */
    public <T> CompletionStage<Outcome> deliver(Inbox<? super T> inbox, T message) {
        inbox.check(message);
        return submit(message instanceof Signal ? 2 * BOUND : BOUND, () -> scheduler.deliver(inbox, message));
    }

    /**
     * Starts a component; fails with an {@link IllegalStateException} if it runs on another scheduler.
     *
     * @return {@link Outcome#FULL}, and it is not started, if too much waits here
     */
    public CompletionStage<Outcome> activate(Component component) {
        return submit(BOUND, () -> {
            if (component.hasEnded()) {
                return Outcome.GONE;
            }
            scheduler.activate(component);
            return Outcome.DELIVERED;
        });
    }

    /**
     * Runs a short piece of work on the scheduler's thread, such as a look at what it holds.
     *
     * @return its result; failed with what it threw, or with {@link RejectedExecutionException} once the
     *     scheduler has stopped, or if too much waits here
     */
    public <R> CompletionStage<R> call(Supplier<R> work) {
        return submit(
                BOUND,
                work,
                (result, why) -> result.completeExceptionally(new RejectedExecutionException(
                        why == Outcome.FULL
                                ? "the scheduler is not keeping up: " + BOUND + " wait to be let in; try again later"
                                : "the scheduler has stopped")));
    }

    private CompletionStage<Outcome> submit(int bound, Supplier<Outcome> work) {
        return submit(bound, work, CompletableFuture::complete);
    }

    private <R> CompletionStage<R> submit(
            int bound, Supplier<R> work, BiConsumer<CompletableFuture<R>, Outcome> refused) {
        CompletableFuture<R> result = new CompletableFuture<>();
        Entry entry = new Entry() {
            @Override
            public void enter() {
                try {
                    result.complete(work.get());
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            }

            @Override
            public void refuse() {
                refused.accept(result, Outcome.STOPPED);
            }
        };
        Outcome outcome = offer(entry, bound);
        if (outcome != Outcome.DELIVERED) {
            refused.accept(result, outcome);
        }
        return result;
    }

    /** Wakes a component of this scheduler; called when none of its wakes waits here. */
    void wake(Component component) {
        boolean unused = offer(new Wake(component));
    }

    /**
     * Takes something in, without a future for its answer and whatever waits already: for what is bounded by its
     * source. It is refused if the scheduler stops before it was let in.
     *
     * @return false, and neither entered nor refused, if the scheduler has stopped
     */
    boolean offer(Entry entry) {
        return offer(entry, Integer.MAX_VALUE) == Outcome.DELIVERED;
    }

    private Outcome offer(Entry entry, int bound) {
        boolean first;
        synchronized (this) {
            if (stopped) {
                return Outcome.STOPPED;
            }
            if (counted >= bound) {
                return Outcome.FULL;
            }
            if (bound != Integer.MAX_VALUE) {
                counted++;
            }
            first = waiting.isEmpty();
            waiting.add(entry);
        }
        if (first) {
            host.wakeUp();
        }
        return Outcome.DELIVERED;
    }

    /** How many entries wait, whatever they are. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Lets in what waits; the scheduler's thread. */
    void admit() {
        for (Entry entry : takeAll(false)) {
            if (scheduler.hasStopped()) {
                // Stopped by one that came in before it, in the same batch.
                entry.refuse();
            } else {
                entry.enter();
            }
        }
    }

    /** Lets nothing in any more and refuses what waits; the scheduler's thread. */
    void stop() {
        for (Entry entry : takeAll(true)) {
            entry.refuse();
        }
    }

    private synchronized List<Entry> takeAll(boolean last) {
        stopped |= last;
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Entry> all = waiting;
        waiting = new ArrayList<>();
        counted = 0;
        return all;
    }
}
