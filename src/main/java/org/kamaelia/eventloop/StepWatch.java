package org.kamaelia.eventloop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.StepOverdue;

/**
 * Looks at schedulers from a thread of its own and names the component whose step takes too long, while it
 * still does: {@link StepOverdue}, and again whenever it has lasted ten times as long. The thread is there
 * while there is a scheduler to watch. Any thread.
 */
final class StepWatch {
    /** One for the process: what it costs must not grow with the schedulers. */
    static final StepWatch SHARED = new StepWatch();

    // Guarded by this.
    private final List<Watched> all = new ArrayList<>();
    private @Nullable Thread thread;

    /** A scheduler, and what was seen of it last; the latter belongs to the watch's thread. */
    private static final class Watched {
        final Scheduler scheduler;
        final long limit;
        long step = -1;
        long seenSince;
        long tellAfter;

        Watched(Scheduler scheduler, Duration limit) {
            this.scheduler = scheduler;
            this.limit = limit.toNanos();
        }

        void look(long now) {
            long current = scheduler.stepUnderWay();
            if (current < 0 || current != step) {
                step = current;
                seenSince = now;
                tellAfter = limit;
                return;
            }
            long lasted = now - seenSince;
            if (lasted >= tellAfter && scheduler.reportOverdue(step, Duration.ofNanos(lasted))) {
                tellAfter = Math.multiplyExact(tellAfter, 10);
            }
        }
    }

    /**
     * Watches a scheduler until it is removed.
     *
     * @param limit how long a step may take; it is told within half as long again
     */
    synchronized void add(Scheduler scheduler, Duration limit) {
        all.add(new Watched(scheduler, limit));
        if (thread == null) {
            thread = new Thread(this::watch, "kamaelia-step-watch");
            thread.setDaemon(true);
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    synchronized void remove(Scheduler scheduler) {
        all.removeIf(each -> each.scheduler == scheduler);
        LockSupport.unpark(thread);
    }

    private void watch() {
        for (List<Watched> current = current(); !current.isEmpty(); current = current()) {
            long pause = Long.MAX_VALUE;
            long now = System.nanoTime();
            for (Watched each : current) {
                each.look(now);
                pause = Math.min(pause, each.limit / 2);
            }
            LockSupport.parkNanos(this, pause);
        }
    }

    /** A copy; when there is nothing to watch the thread is given up in the same moment. */
    private synchronized List<Watched> current() {
        if (all.isEmpty()) {
            thread = null;
        }
        return List.copyOf(all);
    }
}
