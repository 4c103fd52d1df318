package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BiFunction;

/**
 * The next try of listeners that have failed: after a second, then after twice as long each time, up to half a minute.
 * Confined like {@link Listeners}.
 */
final class Retries {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Context context;
    private final BiFunction<ManagedListener, Duration, Future<Void>> again;
    private volatile boolean stopped;

    /**
     * Nothing is planned yet.
     *
     * @param again tries, in the listener's turn; told how long to wait should it fail
     */
    Retries(Vertx vertx, Context context, BiFunction<ManagedListener, Duration, Future<Void>> again) {
        this.vertx = vertx;
        this.context = context;
        this.again = again;
    }

    /** Soon, in place of what may be planned. */
    void plan(ManagedListener listener) {
        plan(listener, FIRST);
    }

    void plan(ManagedListener listener, Duration in) {
        cancel(listener);
        if (!stopped) {
            listener.retry = vertx.setTimer(
                    in.toMillis(),
                    timer -> context.runOnContext(nothing -> listener.inTurn(() -> now(listener, timer, in))));
        }
    }

    /** Tries again, unless something has happened since that was planned. */
    private Future<Void> now(ManagedListener listener, Long timer, Duration waited) {
        if (stopped || !timer.equals(listener.retry)) {
            return Future.succeededFuture();
        }
        listener.retry = null;
        Duration next = waited.multipliedBy(2);
        return again.apply(listener, next.compareTo(LAST) > 0 ? LAST : next);
    }

    /** Whether one was planned. */
    boolean cancel(ManagedListener listener) {
        Long planned = listener.retry;
        listener.retry = null;
        if (planned == null) {
            return false;
        }
        vertx.cancelTimer(planned);
        return true;
    }

    /** What has failed by now stays so. Any thread. */
    void stop() {
        stopped = true;
    }
}
