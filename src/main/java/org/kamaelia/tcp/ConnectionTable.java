package org.kamaelia.tcp;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one event loop, over all of its servers, by their ids. To add one, to remove one, to find one
 * and to begin a walk in the middle costs a few comparisons, however many there are. Confined to the scheduler's thread.
 */
public final class ConnectionTable {
    // The key is the connection's own; an entry costs 40 bytes.
    private final NavigableMap<ConnectionId, ConnectedSocketAdapter> open = new TreeMap<>();
    private final int loop;

    /**
     * An empty one.
     *
     * @param loop the event loop's number, from 0, which the ids tell
     */
    public ConnectionTable(int loop) {
        if (loop < 0 || loop >= ConnectionId.MOST_LOOPS) {
            throw new IllegalArgumentException("event loop " + loop + " is out of range: use fewer than "
                    + ConnectionId.MOST_LOOPS + " event loops");
        }
        this.loop = loop;
    }

    /** An id that is larger than every one here. */
    ConnectionId newId() {
        return ConnectionId.next(loop);
    }

    void add(ConnectedSocketAdapter connection) {
        open.put(connection.id(), connection);
    }

    /** Forgets one that has ended; nothing if it is not here. */
    void remove(ConnectedSocketAdapter connection) {
        open.remove(connection.id());
    }

    /** How many are open. */
    public int size() {
        return open.size();
    }

    /** The one of that id; null if it is not open here. */
    public @Nullable ConnectedSocketAdapter find(ConnectionId id) {
        return open.get(id);
    }

    /** Those with larger ids, the oldest first; to be used before anything is added or removed. */
    public Collection<ConnectedSocketAdapter> after(ConnectionId id) {
        return open.tailMap(id, false).values();
    }

    /** Those with smaller ids, the youngest first; to be used before anything is added or removed. */
    public Collection<ConnectedSocketAdapter> before(ConnectionId id) {
        return open.headMap(id, false).descendingMap().values();
    }
}
