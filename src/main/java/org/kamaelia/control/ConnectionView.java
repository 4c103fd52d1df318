package org.kamaelia.control;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.TlsFacts;

/**
 * A connection as it was at one moment.
 *
 * @param id opaque, never used again
 * @param idle since the last byte in either direction
 * @param tls what was agreed on with the peer; null in the clear
 * @param proxyAddress of the proxy that told the remote address; null if that is the peer's own
 * @param closedAt null while it is open, and so are the next two
 * @param closeCause the close cause's name
 * @param closeDetail more about it in words, where there is more
 * @param unsentBytes what its handler had sent and its peer never got
 */
public record ConnectionView(
        String id,
        String listener,
        String protocol,
        String remoteAddress,
        String localAddress,
        String state,
        Instant openedAt,
        Duration idle,
        long bytesIn,
        long bytesOut,
        @Nullable TlsFacts tls,
        @Nullable String proxyAddress,
        @Nullable Instant closedAt,
        @Nullable String closeCause,
        @Nullable String closeDetail,
        long unsentBytes) {

    /** What remains of one that has ended. */
    public static ConnectionView of(ClosedConnection gone) {
        return Connections.view(gone);
    }
}
