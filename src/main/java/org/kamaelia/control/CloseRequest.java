package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionType;

/**
 * Which connections to close, how many of them, and how fast.
 *
 * @param filter whom of those that are open; looked at when it begins, and again when a connection's turn has come
 * @param all whether to mean everybody, which a request without a filter must say
 * @param percent how many of those that match, rounded up; null for all of them
 * @param count the same as a number
 * @param order who comes first
 * @param perSecond how many connections are told in a second, evenly; null for as fast as the event loops like
 */
public record CloseRequest(
        ConnectionCommand command,
        ConnectionFilter filter,
        boolean all,
        @Nullable Integer percent,
        @Nullable Integer count,
        Order order,
        @Nullable Integer perSecond) {

    public static final OptionType<Integer> PERCENT = OptionType.integer(1, 100);
    public static final OptionType<Integer> COUNT = OptionType.integer(1, 10_000_000);
    public static final OptionType<Integer> PER_SECOND = OptionType.integer(1, 10_000);

    /** Who is closed first. */
    public enum Order {
        /** Who was opened first. */
        OLDEST("oldest"),
        /** Who has moved no byte for longest. */
        IDLEST("idlest");

        private final String word;

        Order(String word) {
            this.word = word;
        }

        /** The name in JSON. */
        public String word() {
            return word;
        }

        /**
         * The order of that name.
         *
         * @throws InvalidOptions for any other; it lists those there are
         */
        public static Order named(String word) {
            return Names.find("order", values(), Order::word, word);
        }
    }

    /** @throws InvalidOptions if it means everybody without saying so, for a number out of range, or for two of them */
    public CloseRequest {
        if (!all && filter.equals(ConnectionFilter.NONE)) {
            throw new InvalidOptions(
                    "/all",
                    "all is needed to close connections of every kind: give a filter (listener, remoteAddress, minIdle,"
                            + " minAge, state), or say \"all\": true");
        }
        if (percent != null && count != null) {
            throw new InvalidOptions("/count", "count and percent exclude each other: give one of them");
        }
        if (percent != null) {
            PERCENT.check("percent", percent);
        }
        if (count != null) {
            COUNT.check("count", count);
        }
        if (perSecond != null) {
            PER_SECOND.check("perSecond", perSecond);
        }
    }

    /** All that match, the oldest first, at once. */
    public static CloseRequest of(ConnectionCommand command, ConnectionFilter filter) {
        return new CloseRequest(command, filter, false, null, null, Order.OLDEST, null);
    }

    /** The same, so many in a second. */
    public CloseRequest perSecond(int connections) {
        return new CloseRequest(command, filter, all, percent, count, order, connections);
    }

    /** As it stands in JSON; without what was not given. */
    JsonObject toJson() {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("message", command.message());
        given.put("listener", filter.listener());
        given.put(
                "remoteAddress",
                filter.remoteAddress() == null ? null : filter.remoteAddress().toString());
        given.put("minIdle", filter.minIdle() == null ? null : Durations.format(filter.minIdle()));
        given.put("minAge", filter.minAge() == null ? null : Durations.format(filter.minAge()));
        given.put("state", filter.state());
        given.put("all", all ? true : null);
        given.put("percent", percent);
        given.put("count", count);
        given.put("order", order.word());
        given.put("perSecond", perSecond);
        JsonObject json = new JsonObject();
        given.forEach((name, value) -> {
            if (value != null) {
                json.put(name, value);
            }
        });
        return json;
    }

    /** How many of those that match are to be closed. */
    int most(int matched) {
        if (percent != null) {
            return (int) (((long) matched * percent + 99) / 100);
        }
        return count == null ? matched : Math.min(count, matched);
    }
}
