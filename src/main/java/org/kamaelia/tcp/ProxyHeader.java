package org.kamaelia.tcp;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What became of the PROXY header that was looked for.
 *
 * @param source the client's address; null if the connection is the peer's own, which it says itself or by sending no header
 * @param problem why nobody can be served, in words for an operator; null if all is well
 */
record ProxyHeader(@Nullable SocketAddress source, @Nullable String problem) {
    /** The peer speaks for itself. */
    static final ProxyHeader OWN = new ProxyHeader(null, null);

    static ProxyHeader of(SocketAddress source) {
        return new ProxyHeader(source, null);
    }

    static ProxyHeader problem(String words) {
        return new ProxyHeader(null, words);
    }
}
