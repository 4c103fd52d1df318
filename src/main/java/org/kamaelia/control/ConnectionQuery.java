package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Which open connections to list, and in what order.
 *
 * @param sort what to order by; ties go by the ids
 * @param limit most of one page
 * @param cursor where the page before ended; null for the first
 */
public record ConnectionQuery(
        ConnectionFilter filter,
        Sort sort,
        boolean descending,
        int limit,
        @Nullable String cursor) {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MOST = 1000;

    /** What to order by. */
    public enum Sort {
        OPENED_AT("openedAt"),
        IDLE("idle"),
        BYTES_IN("bytesIn"),
        BYTES_OUT("bytesOut");

        private final String field;

        Sort(String field) {
            this.field = field;
        }

        /** The name in JSON. */
        public String field() {
            return field;
        }

        /**
         * The order of that name.
         *
         * @throws InvalidOptions for any other; it lists those there are
         */
        public static Sort named(String field) {
            return Names.find("sort", values(), Sort::field, field);
        }
    }

    /** @throws InvalidOptions for a limit out of range, or a cursor with an order that has none */
    public ConnectionQuery {
        checkLimit(limit);
        if (cursor != null && (descending || sort != Sort.OPENED_AT)) {
            throw new InvalidOptions(
                    "/cursor",
                    "cursor goes with the default order only: leave sort out, or leave cursor out for the first "
                            + limit);
        }
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidOptions("/limit", "limit " + limit + " is out of range: use 1 to " + MOST);
        }
    }

    /** All open connections, oldest first, the first page. */
    public static ConnectionQuery all() {
        return of(ConnectionFilter.NONE);
    }

    /** The open connections that are meant, oldest first, the first page. */
    public static ConnectionQuery of(ConnectionFilter filter) {
        return new ConnectionQuery(filter, Sort.OPENED_AT, false, DEFAULT_LIMIT, null);
    }

    /** The same in another order. */
    public ConnectionQuery sort(Sort by, boolean fromTheTop) {
        return new ConnectionQuery(filter, by, fromTheTop, limit, cursor);
    }

    /** The same with pages of another length. */
    public ConnectionQuery limit(int most) {
        return new ConnectionQuery(filter, sort, descending, most, cursor);
    }

    /** The page that comes after the one which ended with this cursor. */
    public ConnectionQuery after(String nextCursor) {
        return new ConnectionQuery(filter, sort, descending, limit, nextCursor);
    }
}
