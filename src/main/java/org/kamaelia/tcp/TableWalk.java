package org.kamaelia.tcp;

import java.util.Collection;
import java.util.function.Predicate;

/**
 * A walk over one event loop's connections by their ids, in pieces. Between two pieces connections come and go: each that
 * stays is met once. Confined to the scheduler's thread.
 */
public final class TableWalk {
    /** How many are met in one piece: each is somewhere else in memory, so that this is some microseconds' worth. */
    public static final int PIECE = 64;

    private final ConnectionTable table;
    private final boolean descending;

    /** The larger end of what is met, inclusive. */
    private final long horizon;

    private ConnectionId last;

    private TableWalk(ConnectionTable table, boolean descending, ConnectionId last, long horizon) {
        this.table = table;
        this.descending = descending;
        this.last = last;
        this.horizon = horizon;
    }

    /**
     * The oldest first.
     *
     * @param after where it begins, exclusive
     * @param horizon where it ends, inclusive
     */
    public static TableWalk ascending(ConnectionTable table, long after, long horizon) {
        return new TableWalk(table, false, new ConnectionId(after), horizon);
    }

    /**
     * The youngest first.
     *
     * @param horizon where it begins, inclusive
     */
    public static TableWalk descending(ConnectionTable table, long horizon) {
        return new TableWalk(table, true, new ConnectionId(horizon + 1), horizon);
    }

    /**
     * Meets the next few.
     *
     * @param visitor answers whether to go on
     * @return whether there are more to meet
     */
    public boolean piece(Predicate<? super ConnectedSocketAdapter> visitor) {
        int met = 0;
        Collection<ConnectedSocketAdapter> rest = descending ? table.before(last) : table.after(last);
        for (ConnectedSocketAdapter each : rest) {
            if (met++ == PIECE) {
                return true;
            }
            last = each.id();
            if (last.number() > horizon || !visitor.test(each)) {
                return false;
            }
        }
        return false;
    }
}
