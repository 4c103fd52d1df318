package org.kamaelia.tcp;

import io.vertx.core.net.ClientSSLOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TcpClient} connects to and how: immutable, checked when made. An accessor and a wither of one
 * name go together.
 *
 * @param host an address or a name, which Vert.x looks up without blocking
 * @param port 1 to 65535
 * @param delay before the first connect; Kamaelia's {@code delay}
 * @param connectTimeout for looking up, connecting and, with TLS, the handshake together
 * @param tls null for a connection in the clear. The peer's certificate is verified, its name too, unless the
 *     options say otherwise; without trust options the JVM's authorities count
 * @param reconnect null to end with the connection
 * @param socket bounds, time limits and tuning of the connected socket, as of a listener's; {@code closeTimeout}
 *     runs once the peer has ended its sending and nothing moves. Its {@code tls} and {@code proxyProtocol} are a
 *     listener's alone
 */
public record ClientOptions(
        String host,
        int port,
        Duration delay,
        Duration connectTimeout,
        @Nullable ClientSSLOptions tls,
        @Nullable Reconnect reconnect,
        ListenerOptions socket) {

    private static final OptionType<String> HOST = OptionType.host();

    /** How long to connect may take. */
    public static final OptionType<Duration> CONNECT_TIME =
            OptionType.duration(Duration.ofMillis(10), Duration.ofHours(1));

    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final OptionType<Duration> DELAY = OptionType.duration(Duration.ZERO, Duration.ofDays(1));

    /** @throws InvalidOptions for a value out of range, or socket options that only a listener can have */
    public ClientOptions {
        HOST.check("host", host);
        PortRange.PORT.check("port", port);
        DELAY.check("delay", delay);
        CONNECT_TIME.check("connectTimeout", connectTimeout);
        tls = tls == null ? null : verifying(tls);
        if (socket.proxyProtocol().isOn()) {
            throw new InvalidOptions(
                    "/socket/proxyProtocol",
                    "socket.proxyProtocol is " + socket.proxyProtocol().mode()
                            + ", but nobody sends a PROXY header to a client: leave it off");
        }
        if (socket.tls() != null) {
            throw new InvalidOptions(
                    "/socket/tls",
                    "socket.tls names a listener's certificates: how a client speaks TLS is the option tls beside"
                            + " socket");
        }
    }

    /** In the clear, at once, without reconnecting. */
    public static ClientOptions of(String host, int port) {
        return new ClientOptions(
                host, port, Duration.ZERO, DEFAULT_CONNECT_TIMEOUT, null, null, ListenerOptions.of("client"));
    }

    public ClientOptions delay(Duration delay) {
        return new ClientOptions(host, port, delay, connectTimeout, tls, reconnect, socket);
    }

    public ClientOptions connectTimeout(Duration connectTimeout) {
        return new ClientOptions(host, port, delay, connectTimeout, tls, reconnect, socket);
    }

    public ClientOptions tls(@Nullable ClientSSLOptions tls) {
        return new ClientOptions(host, port, delay, connectTimeout, tls, reconnect, socket);
    }

    public ClientOptions reconnect(@Nullable Reconnect reconnect) {
        return new ClientOptions(host, port, delay, connectTimeout, tls, reconnect, socket);
    }

    public ClientOptions socket(ListenerOptions socket) {
        return new ClientOptions(host, port, delay, connectTimeout, tls, reconnect, socket);
    }

    /** Vert.x refuses to guess whether the name is to be verified. */
    private static ClientSSLOptions verifying(ClientSSLOptions given) {
        ClientSSLOptions options = given.copy();
        if (options.getHostnameVerificationAlgorithm() == null) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        return options;
    }
}
