package org.kamaelia.eventloop;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.StepOverdue;

/**
 * Runs one component scheduler on one event loop; deploy one instance per core. Undeploying it ends its
 * components at once, and completes when the threads of {@link ThreadedComponent}s have ended too, or are
 * overdue; drain servers before.
 */
public final class SchedulerVerticle extends VerticleBase {
    /** How long a step may take before its component is named, unless said otherwise. */
    public static final Duration STEP_LIMIT = Duration.ofMillis(100);

    private final Consumer<? super Event> events;
    private final Duration stepLimit;
    private @Nullable EventLoopHost host;
    private @Nullable Threads threads;

    /**
     * With {@link #STEP_LIMIT}.
     *
     * @param events told what happens, on the event loop; must not block
     */
    public SchedulerVerticle(Consumer<? super Event> events) {
        this(events, STEP_LIMIT);
    }

    /**
     * @param events told what happens, on the event loop, and of a step that is overdue on another thread;
     *     must not block
     * @param stepLimit how long a step may take before {@link StepOverdue} names its component, at least 1 ms
     */
    public SchedulerVerticle(Consumer<? super Event> events, Duration stepLimit) {
        if (stepLimit.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("the limit of a step must be at least 1 ms, not " + stepLimit);
        }
        this.events = events;
        this.stepLimit = stepLimit;
    }

    @Override
    public void init(Vertx vertx, Context context) {
        super.init(vertx, context);
        if (host != null) {
            throw new IllegalStateException(
                    "this SchedulerVerticle is deployed already; make one for each deployment, as a supplier does");
        }
        ContextInternal internal = (ContextInternal) context;
        if (internal.threadingModel() != ThreadingModel.EVENT_LOOP) {
            throw new IllegalStateException(
                    "a scheduler runs on an event loop; deploy it with ThreadingModel.EVENT_LOOP," + " not "
                            + internal.threadingModel());
        }
        host = new EventLoopHost(internal, events);
    }

    @Override
    public Future<?> start() {
        scheduler().confineToCurrentThread();
        Courtesy.notHere();
        StepWatch.SHARED.add(scheduler(), stepLimit);
        threads = Threads.track(scheduler(), work -> context.runOnContext(go -> work.run()));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        StepWatch.SHARED.remove(scheduler());
        scheduler().stop();
        host().cancelTimer();
        return threadsSettled();
    }

    private Future<Void> threadsSettled() {
        Threads running = threads;
        if (running == null || running.settled().isDone()) {
            return Future.succeededFuture();
        }
        return Future.fromCompletionStage(running.settled(), context);
    }

    /** The scheduler; valid from deployment on. Any thread, but use it on its own or by its ingress. */
    public Scheduler scheduler() {
        return host().scheduler();
    }

    /** Whether it runs on this event loop; valid from deployment on. */
    public boolean runsOn(EventLoop loop) {
        return ((ContextInternal) context).nettyEventLoop() == loop;
    }

    private EventLoopHost host() {
        EventLoopHost at = host;
        if (at == null) {
            throw new IllegalStateException("the verticle is not deployed");
        }
        return at;
    }
}
