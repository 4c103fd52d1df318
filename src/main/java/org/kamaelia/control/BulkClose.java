package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Outcome;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;

/**
 * Closes chosen connections, some at a time. Of each it holds the number of its id: one that ends by itself is done, whenever
 * that is, and no time is spent on it. Confined to the control plane's context, but for {@link #ended}.
 */
final class BulkClose {
    /** So many are told before the event loops have answered. */
    private static final int BATCH = 256;

    /** So many are looked at in one go to find who has not ended. */
    private static final int MOST_LOOKED_AT = 10_000;

    /** How much of the time in which nobody was told may be caught up. */
    private static final Duration SLACK = Duration.ofMillis(100);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);

    private final Context context;
    private final Connections connections;
    private final CloseRequest request;
    private final Chosen chosen;
    private final Runnable allEnded;
    private @Nullable Operation operation;
    private int next;
    private int spared;

    /** When the next one is due, in the clock of {@link System#nanoTime()}. */
    private long due = System.nanoTime();

    // Guarded by this.
    private final BitSet settled = new BitSet();
    private int left;

    /** What became of one whose turn has come. */
    private enum Turn {
        TOLD,
        /** It is not what the filter means any more. */
        SPARED
    }

    /** @param allEnded run once, on the context, when nothing more is to come */
    BulkClose(Context context, Connections connections, CloseRequest request, Chosen chosen, Runnable allEnded) {
        this.context = context;
        this.connections = connections;
        this.request = request;
        this.chosen = chosen;
        this.allEnded = allEnded;
        this.left = chosen.order.length;
    }

    /** How many of the chosen are neither closed nor spared. */
    synchronized int left() {
        return left;
    }

    void begin(Operation begun) {
        operation = begun;
        advance();
    }

    /** A connection has ended, for whatever reason. Any thread. */
    void ended(ConnectionId id) {
        if (settle(id)) {
            context.runOnContext(go -> endIfDone());
        }
    }

    /** True for the last one. */
    private synchronized boolean settle(ConnectionId id) {
        int at = Arrays.binarySearch(chosen.sorted, id.number());
        if (at < 0 || settled.get(at)) {
            return false;
        }
        settled.set(at);
        return --left == 0;
    }

    private synchronized boolean isSettled(long number) {
        return settled.get(Arrays.binarySearch(chosen.sorted, number));
    }

    private boolean isRunning() {
        return operation != null && operation.isRunning();
    }

    private void endIfDone() {
        if (isRunning() && left() == 0) {
            end("done");
        }
    }

    /** Tells nobody any more; what was told goes on. */
    Future<Void> cancel(Operation cancelled) {
        end("cancelled");
        return Future.succeededFuture();
    }

    private void end(String how) {
        Operation ending = operation;
        if (ending != null) {
            String told = next + " of " + chosen.order.length + " had their turn";
            ending.end(how, spared == 0 ? told : told + ", " + spared + " were spared: they matched no longer");
        }
        allEnded.run();
    }

    // ---- turn by turn

    private void advance() {
        if (!isRunning()) {
            return;
        }
        int from = next;
        List<ConnectionId> batch = batch(allowed(System.nanoTime()));
        connections.ask(batch, this::turn).onComplete(done -> {
            if (done.succeeded()) {
                settle(batch, done.result());
            } else {
                // An event loop takes nothing in: all of the batch have their turn again.
                next = from;
            }
            endIfDone();
            goOn(request.perSecond() == null && done.succeeded() ? Duration.ZERO : SHORTEST_PAUSE);
        });
    }

    /** On the connection's event loop. */
    private Map.Entry<ConnectionId, Turn> turn(ConnectedSocketAdapter connection) {
        if (!request.filter().matches(connection)) {
            return Map.entry(connection.id(), Turn.SPARED);
        }
        Outcome unused = connection.tell(request.command().signal());
        return Map.entry(connection.id(), Turn.TOLD);
    }

    private void settle(List<ConnectionId> batch, List<Map.Entry<ConnectionId, Turn>> turns) {
        Map<ConnectionId, Turn> byId = new HashMap<>();
        turns.forEach(each -> byId.put(each.getKey(), each.getValue()));
        for (ConnectionId each : batch) {
            Turn turn = byId.get(each);
            if (turn == Turn.SPARED) {
                spared++;
            }
            if (turn != Turn.TOLD) {
                boolean unused = settle(each);
            }
        }
    }

    private void goOn(Duration shortest) {
        if (!isRunning() || next == chosen.order.length) {
            return;
        }
        Duration untilDue = Duration.ofNanos(due - System.nanoTime());
        Duration pause = untilDue.compareTo(shortest) < 0 ? shortest : untilDue;
        if (pause.toMillis() == 0) {
            context.runOnContext(go -> advance());
        } else {
            context.owner().setTimer(pause.toMillis(), timer -> context.runOnContext(go -> advance()));
        }
    }

    /** How many may be told now; they count as told. */
    private int allowed(long now) {
        Integer rate = request.perSecond();
        if (rate == null) {
            return BATCH;
        }
        long each = Duration.ofSeconds(1).toNanos() / rate;
        long late = Math.min(now - due, SLACK.toNanos());
        int allowed = late < 0 ? 0 : (int) Math.min(BATCH, 1 + late / each);
        due = now - late + allowed * each;
        return allowed;
    }

    /** The next so many that are open as far as is known. */
    private List<ConnectionId> batch(int most) {
        List<ConnectionId> batch = new ArrayList<>();
        int end = Math.min(chosen.order.length, next + MOST_LOOKED_AT);
        while (batch.size() < most && next < end) {
            long number = chosen.order[next++];
            if (!isSettled(number)) {
                batch.add(new ConnectionId(number));
            }
        }
        return batch;
    }
}
