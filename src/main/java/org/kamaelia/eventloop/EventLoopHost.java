package org.kamaelia.eventloop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Clock;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;

/**
 * Gives a scheduler its turns on one event loop: a cycle at the end of the loop's tick when something
 * is awake, and never otherwise.
 *
 * <p>A cycle that used up its budget comes again by {@code schedule(0)}: that lets the loop look at its
 * sockets first, where {@code execute} would run on before them. Confined to the loop, except {@link
 * #wakeUp}.
 */
final class EventLoopHost implements Scheduler.Host {
    /** So long may components run before the sockets get a look. */
    private static final long BUDGET_NANOS = Duration.ofNanos(200_000).toNanos();

    private final ContextInternal context;
    private final EventLoop loop;
    private final Scheduler scheduler;
    private final Runnable cycle = this::cycle;
    private final Runnable cycleAgain = this::cycleAgain;
    private boolean comingAgain;
    private @Nullable ScheduledFuture<?> timer;

    EventLoopHost(ContextInternal context, Consumer<? super Event> events) {
        this.context = context;
        this.loop = context.nettyEventLoop();
        this.scheduler = new Scheduler(Clock.SYSTEM, this, events);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public void runSoon() {
        loop.execute(cycle);
    }

    @Override
    public void runNow() {
        // After a cycle that used up its budget the sockets come first.
        if (!comingAgain) {
            cycle();
        }
    }

    @Override
    public void wakeUp() {
        loop.execute(cycle);
    }

    @Override
    public void runAt(long nanoTime) {
        cancelTimer();
        timer = loop.schedule(cycle, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void cycle() {
        ContextInternal previous = context.beginDispatch();
        boolean more = true;
        try {
            more = scheduler.run(BUDGET_NANOS);
        } finally {
            // Also after a cycle that threw: the scheduler counts on another while anything is awake.
            if (more && !comingAgain) {
                comingAgain = true;
                ScheduledFuture<?> unused = loop.schedule(cycleAgain, 0, TimeUnit.NANOSECONDS);
            }
            context.endDispatch(previous);
        }
    }

    private void cycleAgain() {
        comingAgain = false;
        cycle();
    }
}
