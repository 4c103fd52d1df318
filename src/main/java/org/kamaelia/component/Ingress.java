package org.kamaelia.component;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The one door into a scheduler from other threads. Everything that enters is done in the order it
 * came, on the scheduler's thread, between two cycles; the answer comes there too. Any thread.
 */
public final class Ingress {
    private final Scheduler scheduler;
    private final Scheduler.Host host;

    // Guarded by this.
    private List<Entry> waiting = new ArrayList<>();
    private boolean stopped;

    /** What came in. */
    interface Entry {
        /** On the scheduler's thread; must not throw. */
        void enter();

        /** The scheduler has stopped; must not throw. */
        void refuse();
    }

    Ingress(Scheduler scheduler, Scheduler.Host host) {
        this.scheduler = scheduler;
        this.host = host;
    }

    /**
     * Delivers a message to where an inbox leads.
     *
     * @throws IllegalArgumentException at once, if the message is not of the box's type
     */
    public <T> CompletionStage<Outcome> deliver(Inbox<? super T> inbox, T message) {
        inbox.check(message);
        return submit(() -> scheduler.deliver(inbox, message));
    }

    /** Starts a component; fails with an {@link IllegalStateException} if it runs on another scheduler. */
    public CompletionStage<Outcome> activate(Component component) {
        return submit(() -> {
            if (component.hasEnded()) {
                return Outcome.GONE;
            }
            scheduler.activate(component);
            return Outcome.DELIVERED;
        });
    }

    /** Wakes a component. */
    public CompletionStage<Outcome> wake(Component component) {
        return submit(() -> {
            component.wakeHere();
            return component.hasEnded() ? Outcome.GONE : Outcome.DELIVERED;
        });
    }

    /**
     * Runs a short piece of work on the scheduler's thread, such as a look at what it holds.
     *
     * @return its result; failed with what it threw, or with {@link RejectedExecutionException} once the
     *     scheduler has stopped
     */
    public <R> CompletionStage<R> call(Supplier<R> work) {
        return submit(
                work,
                result -> result.completeExceptionally(new RejectedExecutionException("the scheduler has stopped")));
    }

    private CompletionStage<Outcome> submit(Supplier<Outcome> work) {
        return submit(work, result -> result.complete(Outcome.STOPPED));
    }

    private <R> CompletionStage<R> submit(Supplier<R> work, Consumer<CompletableFuture<R>> stopped) {
        CompletableFuture<R> result = new CompletableFuture<>();
        enter(new Entry() {
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
                stopped.accept(result);
            }
        });
        return result;
    }

    private void enter(Entry entry) {
        if (!offer(entry)) {
            entry.refuse();
        }
    }

    /**
     * Takes something in, without a future for its answer; it is refused if the scheduler stops before it was let in.
     *
     * @return false, and neither entered nor refused, if the scheduler has stopped
     */
    boolean offer(Entry entry) {
        boolean first;
        synchronized (this) {
            if (stopped) {
                return false;
            }
            first = waiting.isEmpty();
            waiting.add(entry);
        }
        if (first) {
            host.wakeUp();
        }
        return true;
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
        return all;
    }
}
