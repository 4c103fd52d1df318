package org.kamaelia.control;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectedSocketAdapter.Phase;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Which open connections are meant: those of which all holds that is given.
 *
 * @param listener by name; null for all
 * @param remoteAddress where clients come from; null for everywhere
 * @param minIdle those that moved no byte for that long; null for all
 * @param minAge those that have been open for that long; null for all
 * @param state {@code handshaking}, {@code open}, {@code draining} or {@code closing}; null for all
 */
public record ConnectionFilter(
        @Nullable String listener,
        @Nullable AddressBlock remoteAddress,
        @Nullable Duration minIdle,
        @Nullable Duration minAge,
        @Nullable String state) {

    /** All there are. */
    public static final ConnectionFilter NONE = new ConnectionFilter(null, null, null, null, null);

    /** @throws InvalidOptions for a state that there is not */
    public ConnectionFilter {
        if (state != null && !states().contains(state)) {
            throw new InvalidOptions(
                    "/state", "state \"" + state + "\" is unknown: use " + String.join(", ", states()));
        }
    }

    private static List<String> states() {
        return Arrays.stream(Phase.values())
                .filter(each -> each != Phase.CLOSED)
                .map(Phase::toString)
                .distinct()
                .toList();
    }

    /** Those of one listener. */
    public static ConnectionFilter ofListener(String listener) {
        return new ConnectionFilter(listener, null, null, null, null);
    }

    /** Those of one client, or of many. */
    public static ConnectionFilter from(AddressBlock remoteAddress) {
        return new ConnectionFilter(null, remoteAddress, null, null, null);
    }

    /** On the connection's event loop. */
    boolean matches(ConnectedSocketAdapter connection) {
        return (listener == null || listener.equals(connection.port().listener()))
                && (state == null || state.equals(connection.phase().toString()))
                && (minAge == null || connection.age().compareTo(minAge) >= 0)
                && (minIdle == null || connection.idle().compareTo(minIdle) >= 0)
                && (remoteAddress == null || connection.comesFrom(remoteAddress));
    }
}
