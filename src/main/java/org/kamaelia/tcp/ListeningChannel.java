package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.core.net.impl.ServerID;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the channel that listens, which Vert.x keeps to itself until a connection has come through it. A port that is to
 * accept nobody needs it before that. Where it cannot be read, as from a module that is closed, nothing is lost but the
 * time until the first connection.
 */
final class ListeningChannel {
    private static final @Nullable Field BIND_FUTURE = bindFuture();

    private ListeningChannel() {}

    private static @Nullable Field bindFuture() {
        try {
            Field field = NetServerImpl.class.getDeclaredField("bindFuture");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException | RuntimeException closed) {
            return null;
        }
    }

    /**
     * The channel of a server that listens; any thread.
     *
     * @param port that it got
     * @return null where it cannot be found
     */
    static @Nullable Channel of(Vertx vertx, ListenerOptions options, int port) {
        Map<ServerID, NetServerInternal> servers = ((VertxInternal) vertx).sharedTcpServers();
        synchronized (servers) {
            for (Map.Entry<ServerID, NetServerInternal> each : servers.entrySet()) {
                Channel channel = channel(each.getValue());
                if (channel != null
                        && isAt(channel.localAddress(), each.getKey().host(), options, port)) {
                    return channel;
                }
            }
        }
        return null;
    }

    private static boolean isAt(SocketAddress address, String host, ListenerOptions options, int port) {
        if (options.path() != null) {
            return address instanceof DomainSocketAddress unix && unix.path().equals(options.path());
        }
        return address instanceof InetSocketAddress inet && inet.getPort() == port && isHost(host, options.host());
    }

    /** Vert.x puts a number behind the host where several servers may share a port of the system's choice. */
    private static boolean isHost(String known, String host) {
        return known.equals(host) || known.startsWith(host + "/");
    }

    private static @Nullable Channel channel(NetServerInternal server) {
        if (BIND_FUTURE == null || !(server instanceof NetServerImpl)) {
            return null;
        }
        try {
            return BIND_FUTURE.get(server) instanceof Future<?> bound && bound.result() instanceof Channel channel
                    ? channel
                    : null;
        } catch (IllegalAccessException closed) {
            return null;
        }
    }
}
