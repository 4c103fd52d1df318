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
    private long[] idle = new long[TableWalk.PIECE];
    private int size;

    /** Some connections, each at one place in both arrays. */
    static final class Found {
        /** Of their ids, ascending. */
        final long[] numbers;

        /** Nanoseconds since their last byte. */
        final long[] idle;

        Found(long[] numbers, long[] idle) {
            this.numbers = numbers;
            this.idle = idle;
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
                idle = Arrays.copyOf(idle, 2 * size);
            }
            numbers[size] = connection.id().number();
            idle[size++] = connection.idle().toNanos();
        }
        return true;
    }

    @Override
    public Found result() {
        return new Found(Arrays.copyOf(numbers, size), Arrays.copyOf(idle, size));
    }
}
