package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ClosedConnection;

/** The connections that closed last, for whoever asks what became of one. Any thread. */
final class ClosedConnections {
    static final int KEPT = 1_000;

    /** In turn: each connection comes here, and hardly one is asked for. */
    private final @Nullable ClosedConnection[] last = new ClosedConnection[KEPT];

    private int next;

    synchronized void add(ClosedConnection closed) {
        last[next] = closed;
        next = (next + 1) % KEPT;
    }

    synchronized @Nullable ClosedConnection find(String id) {
        for (ClosedConnection each : last) {
            if (each != null && each.id().equals(id)) {
                return each;
            }
        }
        return null;
    }
}
