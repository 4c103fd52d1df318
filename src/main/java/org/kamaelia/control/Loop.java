package org.kamaelia.control;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.ConnectionTable;

/**
 * One event loop as the plane asks it. Any thread.
 *
 * @param connections all that live there; confined to the scheduler's thread
 */
record Loop(Scheduler scheduler, ConnectionTable connections) {

    /** One for each scheduler; the ids of their connections tell its place in the list. */
    static List<Loop> of(List<Scheduler> schedulers) {
        List<Loop> loops = new ArrayList<>();
        for (Scheduler each : schedulers) {
            loops.add(new Loop(each, new ConnectionTable(loops.size())));
        }
        return List.copyOf(loops);
    }

    /**
     * Has some work done there.
     *
     * @return what came of it by then if the event loop has stopped; fails with {@link Reason#UNAVAILABLE} if it takes nothing
     *     in now, or the interest was lost. Completes on any thread
     */
    <R> Future<R> run(Work<R> work, Interest interest) {
        Piecework<R> piecework = new Piecework<>(work, interest);
        return ListenerRun.future(scheduler.ingress().activate(piecework)).compose(outcome -> switch (outcome) {
            case DELIVERED -> piecework.answer();
            case FULL -> Future.failedFuture(overloaded());
            case GONE, STOPPED -> Future.succeededFuture(work.result());
        });
    }

    /**
     * Asks some of its connections; those that have closed have no answer.
     *
     * @param atOnce how many are asked in one piece
     */
    <R> Future<Map<ConnectionId, R>> ask(
            List<ConnectionId> ids, int atOnce, Function<ConnectedSocketAdapter, R> question) {
        return run(new Asking<>(connections, ids, atOnce, question), Interest.LASTING);
    }

    private static ControlFailure overloaded() {
        return new ControlFailure(
                Reason.UNAVAILABLE, "an event loop is not keeping up with what it is asked to do; try again later");
    }

    private static final class Asking<R> implements Work<Map<ConnectionId, R>> {
        private final ConnectionTable connections;
        private final List<ConnectionId> ids;
        private final int atOnce;
        private final Function<ConnectedSocketAdapter, R> question;
        private final Map<ConnectionId, R> answers = new HashMap<>();
        private int asked;

        Asking(
                ConnectionTable connections,
                List<ConnectionId> ids,
                int atOnce,
                Function<ConnectedSocketAdapter, R> question) {
            this.connections = connections;
            this.ids = ids;
            this.atOnce = atOnce;
            this.question = question;
        }

        @Override
        public boolean piece() {
            for (int end = Math.min(ids.size(), asked + atOnce); asked < end; asked++) {
                ConnectedSocketAdapter found = connections.find(ids.get(asked));
                if (found != null) {
                    answers.put(found.id(), question.apply(found));
                }
            }
            return asked < ids.size();
        }

        @Override
        public Map<ConnectionId, R> result() {
            return answers;
        }
    }
}
