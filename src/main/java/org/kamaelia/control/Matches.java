package org.kamaelia.control;

import java.util.Arrays;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionTable;
import org.kamaelia.tcp.TableWalk;

/** Finds those of one event loop's connections that a filter means; holds their numbers and nothing else of them. */
final class Matches implements Work<Matches.Found> {
    private final ConnectionFilter filter;
    private final TableWalk walk;
    private long[] numbers = new long[TableWalk.PIECE];
    private long[] lastActive = new long[TableWalk.PIECE];
    private int size;

    /** Some connections, each at one place in both arrays. */
    static final class Found {
        /** Of their ids, ascending. */
        final long[] numbers;

        /** When their last bytes moved; in a clock that event loops which look at different times share. */
        final long[] lastActive;

        Found(long[] numbers, long[] lastActive) {
            this.numbers = numbers;
            this.lastActive = lastActive;
        }
    }

    Matches(ConnectionTable connections, ConnectionFilter filter, long horizon) {
        this.filter = filter;
        this.walk = TableWalk.ascending(connections, 0, horizon);
    }

    @Override
    public boolean piece() {
        return walk.piece(this::meet);
    }

    private boolean meet(ConnectedSocketAdapter connection) {
        if (filter.matches(connection)) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
                lastActive = Arrays.copyOf(lastActive, 2 * size);
            }
            numbers[size] = connection.id().number();
            lastActive[size++] = connection.lastActive();
        }
        return true;
    }

    @Override
    public Found result() {
        return new Found(Arrays.copyOf(numbers, size), Arrays.copyOf(lastActive, size));
    }
}
