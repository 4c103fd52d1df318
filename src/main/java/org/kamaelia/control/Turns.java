package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Consumer;
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

    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** The interests of those that are under way, each its own. */
    private final Set<Turn> underWay = new HashSet<>();

    private record Waiting(Interest interest, Runnable begin, Promise<?> answer) {}

    /** One that is under way. */
    private static final class Turn {
        final Interest interest;

        Turn(Interest interest) {
            this.interest = interest;
        }
    }

    /**
     * Looks, now or when it is its turn.
     *
     * @param look its future completes on the plane's context
     * @return fails with {@link Reason#UNAVAILABLE} if too many wait, or the interest is lost before it has begun
     */
    <R> Future<R> take(Interest interest, Supplier<Future<R>> look) {
        next();
        if (underWay.size() < MOST_AT_A_TIME) {
            return begin(interest, look);
        }
        if (waiting.size() >= MOST_WAITING) {
            return Future.failedFuture(new ControlFailure(
                            Reason.UNAVAILABLE,
                            MOST_AT_A_TIME + " looks at all connections or components are under way and " + MOST_WAITING
                                    + " wait: try again, and less often")
                    .retryAfter(RETRY));
        }
        return await(interest, look, waiting::addLast);
    }

    /** Looks before all others that wait, who do not count: what changes something is not kept from it by who looks. */
    <R> Future<R> takeNext(Interest interest, Supplier<Future<R>> look) {
        next();
        return underWay.size() < MOST_AT_A_TIME ? begin(interest, look) : await(interest, look, waiting::addFirst);
    }

    private <R> Future<R> await(Interest interest, Supplier<Future<R>> look, Consumer<Waiting> place) {
        Promise<R> answer = Promise.promise();
        place.accept(new Waiting(interest, () -> begin(interest, look).onComplete(answer), answer));
        return answer.future();
    }

    private <R> Future<R> begin(Interest interest, Supplier<Future<R>> look) {
        Turn turn = new Turn(interest);
        underWay.add(turn);
        return ListenerRun.attempt(look).onComplete(done -> {
            underWay.remove(turn);
            next();
        });
    }

    private void next() {
        giveUp();
        while (underWay.size() < MOST_AT_A_TIME && !waiting.isEmpty()) {
            waiting.remove().begin.run();
        }
    }

    /**
     * Those who have gone keep nobody waiting, also where an event loop that is stuck does not end their look: it costs the
     * others one step more.
     */
    private void giveUp() {
        underWay.removeIf(turn -> turn.interest.isLost());
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
