package org.kamaelia.tcp;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection when its handler is made.
 *
 * @param id unique for ever
 * @param listener the name of what it came through
 * @param remoteAddress the client, as its proxy tells it if there is one
 * @param localAddress where it was accepted
 * @param tls what was agreed on with the peer; null if it began in the clear
 * @param proxyAddress the proxy that the client came through; null if it came by itself
 */
public record ConnectionInfo(
        ConnectionId id,
        String listener,
        SocketAddress remoteAddress,
        SocketAddress localAddress,
        @Nullable TlsFacts tls,
        @Nullable SocketAddress proxyAddress) {
    /** What an adapter knows of its connection. */
    public static ConnectionInfo of(ConnectedSocketAdapter adapter) {
        return new ConnectionInfo(
                adapter.id(),
                adapter.port().listener(),
                adapter.remoteAddress(),
                adapter.localAddress(),
                adapter.tlsFacts(),
                adapter.proxyAddress());
    }
}
