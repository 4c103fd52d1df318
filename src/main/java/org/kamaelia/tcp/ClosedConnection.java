package org.kamaelia.tcp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * A connection has ended; what remains of it.
 *
 * @param unsentBytes bytes that its handler had sent and that never left the process
 * @param detail more than the cause says; null when there is nothing
 * @param tls what was agreed on with the peer; null if it was in the clear, or never agreed on
 * @param proxyAddress of the proxy that told the remote address; null if that is the peer's own
 */
public record ClosedConnection(
        String id,
        String listener,
        String protocol,
        String remoteAddress,
        String localAddress,
        Instant openedAt,
        Instant closedAt,
        long bytesIn,
        long bytesOut,
        long unsentBytes,
        CloseCause cause,
        @Nullable String detail,
        @Nullable TlsFacts tls,
        @Nullable String proxyAddress)
        implements Event {}
