package org.kamaelia.control;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kamaelia.component.Inbox;
import org.kamaelia.control.DrainPreview.Cut;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.ConnectionTable;
import org.kamaelia.tcp.TableWalk;

/** Looks which of one event loop's connections of a listener a drain would cut. */
final class DrainSurvey implements Work<DrainSurvey.Share> {
    /** Why one does not move may be seen at many boxes only. */
    static final int CUTS_AT_ONCE = 8;

    private final String listener;
    private final Duration drainTimeout;
    private final long after;
    private final int most;
    private final TableWalk walk;
    private final List<ConnectionId> first = new ArrayList<>();
    private long open;
    private long cut;

    /** What one event loop has; of those cut the oldest of the page and behind it. */
    record Share(long open, long cut, List<ConnectionId> first) {}

    /**
     * @param after where the page before ended, or 0
     * @param most how many are to be found behind that; all are counted
     * @param horizon the largest id to look at
     */
    DrainSurvey(
            ConnectionTable connections, String listener, Duration drainTimeout, long after, int most, long horizon) {
        this.listener = listener;
        this.drainTimeout = drainTimeout;
        this.after = after;
        this.most = most;
        this.walk = TableWalk.ascending(connections, 0, horizon);
    }

    @Override
    public boolean piece() {
        return walk.piece(this::meet);
    }

    private boolean meet(ConnectedSocketAdapter connection) {
        if (listener.equals(connection.port().listener())) {
            open++;
            Duration ends = connection.endsWithin();
            if (ends == null || ends.compareTo(drainTimeout) > 0) {
                cut++;
                if (first.size() < most && connection.id().number() > after) {
                    first.add(connection.id());
                }
            }
        }
        return true;
    }

    @Override
    public Share result() {
        return new Share(open, cut, first);
    }

    /** What would be lost with it; on its event loop. */
    static Cut cut(ConnectedSocketAdapter connection) {
        Inbox<?> handlers = connection.outbox("outbox", Buffer.class).destination();
        return new Cut(
                Connections.view(connection),
                connection.endsWithin(),
                connection.unreadBytes() + (handlers == null ? 0 : handlers.used()),
                connection.unsentBytes()
                        + connection.inbox("inbox", Buffer.class).used(),
                Stall.of(connection));
    }
}
