package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.function.Supplier;
import org.kamaelia.control.ControlFailure.Reason;

/**
 * Lets looks at everything begin, a few at a time: each takes of every event loop's time, and holds what it has found. Some
 * wait for their turn, more are refused at once. Confined like {@link Listeners}.
 */
final class Turns {
    /** So many are under way; no event loop is asked for more at a time. */
    static final int MOST_AT_A_TIME = 2;

    /** So many wait: more would hold the places that requests of other kinds need. */
    static final int MOST_WAITING = 16;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int underWay;

    private record Waiting(Interest interest, Runnable begin, Promise<?> answer) {}

    /**
     * Looks, now or when it is its turn.
     *
     * @param look its future completes on the plane's context
     * @return fails with {@link Reason#UNAVAILABLE} if too many wait, or the interest is lost before it has begun
     */
    <R> Future<R> take(Interest interest, Supplier<Future<R>> look) {
        if (underWay < MOST_AT_A_TIME) {
            return begin(look);
        }
        giveUp();
        if (waiting.size() >= MOST_WAITING) {
            return Future.failedFuture(new ControlFailure(
                            Reason.UNAVAILABLE,
                            MOST_AT_A_TIME + " looks at all connections or components are under way and " + MOST_WAITING
                                    + " wait: try again, and less often")
                    .retryAfter(RETRY));
        }
        Promise<R> answer = Promise.promise();
        waiting.add(new Waiting(interest, () -> begin(look).onComplete(answer), answer));
        return answer.future();
    }

    private <R> Future<R> begin(Supplier<Future<R>> look) {
        underWay++;
        return ListenerRun.attempt(look).onComplete(done -> {
            underWay--;
            next();
        });
    }

    private void next() {
        giveUp();
        Waiting next = underWay < MOST_AT_A_TIME ? waiting.poll() : null;
        if (next != null) {
            next.begin.run();
        }
    }

    /** Those who have gone keep nobody waiting. */
    private void giveUp() {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting next = each.next();
            if (next.interest.isLost()) {
                each.remove();
                next.answer.fail(lost());
            }
        }
    }

    /** What ends with its interest fails with this, which nobody is told. */
    static ControlFailure lost() {
        return new ControlFailure(Reason.UNAVAILABLE, "nobody waits for the answer any more");
    }
}
