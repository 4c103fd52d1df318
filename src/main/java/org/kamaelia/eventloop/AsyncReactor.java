package org.kamaelia.eventloop;

import io.vertx.core.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.kamaelia.component.Next;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.Scheduler;

/**
 * A reactor that may await a {@link Future}: the result comes back as a step on the same scheduler. No
 * message is handled meanwhile, so replies keep the order of requests; {@code ShutdownMicroprocess}
 * still ends it at once, and what comes after its end is ignored.
 */
public abstract class AsyncReactor extends Reactor {
    /** Added to by whatever thread completes; no more than are awaited. */
    private final Queue<Runnable> completed = new ConcurrentLinkedQueue<>();

    private int awaited;

    protected AsyncReactor() {}

    /** Awaits a result; a failure ends this component with that failure. */
    protected final <T> void await(Future<T> future, Consumer<? super T> handler) {
        await(future, handler, failure -> {
            throw new AwaitFailed(failure);
        });
    }

    /** Awaits a result, or the failure. Handlers of several run in the order in which they complete. */
    protected final <T> void await(
            Future<T> future, Consumer<? super T> handler, Consumer<? super Throwable> failureHandler) {
        // Refuses one that is not active: nobody could be woken.
        Scheduler unused = scheduler();
        awaited++;
        future.onComplete(result -> {
            Runnable completion = () -> {
                if (result.succeeded()) {
                    handler.accept(result.result());
                } else {
                    failureHandler.accept(result.cause());
                }
            };
            completed.add(completion);
            wake();
        });
    }

    @Override
    protected boolean isHeld() {
        return awaited > 0;
    }

    @Override
    protected Next step() {
        for (Runnable next = completed.poll(); next != null; next = completed.poll()) {
            awaited--;
            next.run();
        }
        return super.step();
    }

    /** What was awaited has failed, and the component had no handler for that. */
    public static final class AwaitFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AwaitFailed(Throwable cause) {
            super("what was awaited failed: " + cause.getMessage(), cause);
        }
    }
}
