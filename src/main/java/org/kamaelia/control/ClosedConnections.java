package org.kamaelia.control;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ClosedConnection;

/** The connections that closed last, for whoever asks what became of one. Any thread. */
final class ClosedConnections {
    static final int KEPT = 1_000;

    private final Map<String, ClosedConnection> byId = new LinkedHashMap<>();

    synchronized void add(ClosedConnection closed) {
        byId.put(closed.id(), closed);
        if (byId.size() > KEPT) {
            Iterator<String> oldest = byId.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    synchronized @Nullable ClosedConnection find(String id) {
        return byId.get(id);
    }
}
