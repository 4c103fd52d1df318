package org.kamaelia.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.kamaelia.control.ConnectionQuery.Sort;
import org.kamaelia.control.Ranking.Place;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.ConnectionTable;
import org.kamaelia.tcp.TableWalk;

/**
 * Finds the first of one event loop's connections in the order of a query, one more than a page holds. In the order of the
 * ids it stops there; in any other it looks at all of them.
 */
final class Ranking implements Work<List<Place>> {
    private final ConnectionQuery query;
    private final TableWalk walk;
    private final int most;

    /** The last of those found so far is first. */
    private final PriorityQueue<Place> kept;

    /** A connection and what it is ordered by. */
    record Place(ConnectionId id, long key) {}

    /**
     * @param after where the page before ended, or 0
     * @param horizon the largest id to look at
     */
    Ranking(ConnectionTable connections, ConnectionQuery query, long after, long horizon) {
        this.query = query;
        this.most = query.limit() + 1;
        this.walk = isById(query) && query.descending()
                ? TableWalk.descending(connections, horizon)
                : TableWalk.ascending(connections, after, horizon);
        this.kept = new PriorityQueue<>(order(query).reversed());
    }

    /** Whether it meets no more than a page holds, whatever is open. */
    static boolean endsSoon(ConnectionQuery query) {
        return isById(query) && query.filter().equals(ConnectionFilter.NONE);
    }

    private static boolean isById(ConnectionQuery query) {
        return query.sort() == Sort.OPENED_AT;
    }

    @Override
    public boolean piece() {
        return walk.piece(this::meet);
    }

    private boolean meet(ConnectedSocketAdapter connection) {
        if (query.filter().matches(connection)) {
            kept.add(new Place(connection.id(), key(connection)));
            if (kept.size() > most) {
                kept.poll();
            }
        }
        return !isById(query) || kept.size() < most;
    }

    private long key(ConnectedSocketAdapter connection) {
        return switch (query.sort()) {
            case OPENED_AT -> connection.id().number();
            case IDLE -> -connection.lastActive(); // each event loop looks at a time of its own
            case BYTES_IN -> connection.bytesIn();
            case BYTES_OUT -> connection.bytesOut();
        };
    }

    @Override
    public List<Place> result() {
        return new ArrayList<>(kept);
    }

    /** The first of all that the event loops have found. */
    static List<ConnectionId> merge(ConnectionQuery query, Stream<Place> found) {
        return found.sorted(order(query))
                .limit(query.limit() + 1L)
                .map(Place::id)
                .toList();
    }

    private static Comparator<Place> order(ConnectionQuery query) {
        Comparator<Place> ascending = Comparator.comparingLong(Place::key).thenComparing(Place::id);
        return query.descending() ? ascending.reversed() : ascending;
    }
}
