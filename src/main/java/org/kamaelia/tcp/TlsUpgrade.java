package org.kamaelia.tcp;

import io.netty.channel.ChannelHandler;
import io.vertx.core.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.SslChannelProvider;
import io.vertx.core.internal.tls.SslContextManager;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Puts TLS in front of what a connection has said in the clear so far.
 *
 * <p>Vert.x's own {@code upgradeToSsl} knows no TLS context on any but the first of the servers that share
 * a port, and throws there; this makes one from the options, on every event loop.
 */
final class TlsUpgrade {
    private TlsUpgrade() {}

    /**
     * Loads certificates and keys, off the event loop.
     *
     * @return makes the handler that goes first in the pipeline; completes on the context
     */
    static Future<ChannelHandler> prepare(ContextInternal context, ServerSSLOptions options, SocketAddress peer) {
        VertxInternal vertx = context.owner();
        SslContextManager contexts =
                new SslContextManager(SslContextManager.resolveEngineOptions(null, options.isUseAlpn()));
        ClientAuth clientAuth = Objects.requireNonNullElse(options.getClientAuth(), ClientAuth.NONE);
        return contexts.resolveSslContextProvider(
                        options, null, clientAuth, options.getApplicationLayerProtocols(), context)
                .map(provider -> new SslChannelProvider(vertx, provider, options.isSni())
                        .createServerHandler(
                                options.isUseAlpn(),
                                0, // the adapter's
                                TimeUnit.SECONDS,
                                HostAndPort.create(peer.hostAddress(), peer.port())));
    }
}
