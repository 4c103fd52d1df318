package org.kamaelia.tcp;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Signal;

/**
 * What a server tells all of its connections, one thing after the other, the oldest connection first, a few in each step. Who
 * ends before its turn is not told, and neither is who opens once a round has begun: that one knows already. Confined to the
 * scheduler's thread.
 */
final class Rounds {
    private final ListenPort port;
    private final ConnectionTable connections;
    private final BiConsumer<? super ConnectedSocketAdapter, ? super Signal> teller;
    private final Queue<Round> rounds = new ArrayDeque<>();

    /** Of those rounds that have not begun the last. */
    private @Nullable Round last;

    private static final class Round {
        final Signal signal;

        /** Null until it begins. */
        @Nullable
        TableWalk walk;

        Round(Signal signal) {
            this.signal = signal;
        }
    }

    /**
     * @param port whose connections are told
     * @param connections all of the event loop's
     */
    Rounds(
            ListenPort port,
            ConnectionTable connections,
            BiConsumer<? super ConnectedSocketAdapter, ? super Signal> teller) {
        this.port = port;
        this.connections = connections;
        this.teller = teller;
    }

    /** All are to be told this too; nothing if it is what they are to be told next in any case. */
    void add(Signal signal) {
        if (last == null || !last.signal.equals(signal)) {
            last = new Round(signal);
            rounds.add(last);
        }
    }

    /**
     * Tells the next few.
     *
     * @return whether there are more to tell
     */
    boolean piece() {
        Round round = rounds.peek();
        if (round == null) {
            return false;
        }
        TableWalk walk = round.walk;
        if (walk == null) {
            walk = TableWalk.ascending(connections, 0, ConnectionId.horizon());
            round.walk = walk;
            last = round == last ? null : last;
        }
        boolean more = walk.piece(each -> {
            if (each.port() == port) {
                teller.accept(each, round.signal);
            }
            return true;
        });
        if (!more) {
            rounds.remove();
        }
        return !rounds.isEmpty();
    }
}
