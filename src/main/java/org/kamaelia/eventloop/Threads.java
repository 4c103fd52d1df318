package org.kamaelia.eventloop;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;

/**
 * The threads that bodies of one scheduler's components run on, so that whoever stops the scheduler can
 * wait for them. Kept as a value of the scheduler's registry, since the scheduler itself knows of no
 * threads. Confined to the scheduler's thread, but for what {@link BodyThread} calls.
 */
final class Threads {
    private static final String TRACKED_AS = Threads.class.getName();

    private final Scheduler scheduler;
    private final Executor loop;
    private final Set<BodyThread> running = ConcurrentHashMap.newKeySet();

    private Threads(Scheduler scheduler, Executor loop) {
        this.scheduler = scheduler;
        this.loop = loop;
    }

    /**
     * Tracks a scheduler's threads from its beginning.
     *
     * @param loop runs on the scheduler's thread, also after the scheduler has stopped
     */
    static Threads track(Scheduler scheduler, Executor loop) {
        Threads threads = new Threads(scheduler, loop);
        scheduler.services().track(TRACKED_AS, threads);
        return threads;
    }

    /** Those of a scheduler; of one that is driven by hand they are tracked from the first on. */
    static Threads of(Scheduler scheduler) {
        return scheduler.services().retrieve(TRACKED_AS) instanceof Threads known
                ? known
                : track(
                        scheduler,
                        work -> scheduler.ingress().call(() -> {
                            work.run();
                            return true;
                        }));
    }

    /** Completes when each that runs now has ended, or is overdue; they must have been interrupted. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(running.stream().map(BodyThread::settled).toArray(CompletableFuture<?>[]::new));
    }

    // ---- called by the threads too

    void started(BodyThread thread) {
        running.add(thread);
    }

    void settled(BodyThread thread) {
        running.remove(thread);
    }

    void tell(Event event) {
        loop.execute(() -> scheduler.emit(event));
    }

    void overdue(BodyThread thread, String component, Duration waited) {
        loop.execute(() -> {
            if (!thread.settled().isDone()) {
                scheduler.emit(new ThreadOverdue(component, waited));
                thread.giveUp();
            }
        });
    }
}
