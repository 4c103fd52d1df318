package org.kamaelia.tcp;

import org.kamaelia.component.Undeliverable;

/**
 * A connection has come; whoever takes this links its adapter, activates it and calls its {@link
 * ConnectedSocketAdapter#begin}. Kamaelia's {@code newCSA}. Where nobody takes it the socket is closed.
 *
 * @param server who accepted it
 * @param adapter the connection's component, not active yet unless it had a TLS handshake before
 * @param socket the connection
 */
public record NewCsa(TcpServer server, ConnectedSocketAdapter adapter, StreamSocket socket)
        implements ConnectionNotice, Undeliverable {
    @Override
    public void undelivered() {
        server.unserved(adapter);
    }
}
