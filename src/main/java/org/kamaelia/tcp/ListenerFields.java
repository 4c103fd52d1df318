package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of a listener's options: one row each, in the order in which they are shown. A new option is a new row. */
final class ListenerFields {

    /**
     * @param index its place in the table, and in the values of {@link ListenerOptions}
     * @param byDefault null where there is no value unless one is given
     * @param live whether a running listener can take a change
     */
    record Field<T>(
            int index,
            String name,
            OptionType<T> type,
            @Nullable T byDefault,
            boolean live) {

        @Nullable
        T read(OptionReader reader) {
            T value = reader.nullable(name, type);
            return value == null ? byDefault : value;
        }
    }

    private static final List<Field<?>> TABLE = new ArrayList<>();

    private static final Duration MS = Duration.ofMillis(1);
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    static final Field<String> HOST = fixed("host", OptionType.host(), "0.0.0.0");
    static final Field<Integer> PORT = fixed("port", OptionType.port(), 0);
    static final Field<PortRange> PORT_RANGE = fixed("portRange", PortRange.TYPE, null);
    static final Field<String> PATH = fixed("path", UnixSocket.PATH, null);
    static final Field<String> PROTOCOL = fixed("protocol", ListenerOptions.PROTOCOL_NAME, "echo");
    static final Field<JsonObject> PROTOCOL_OPTIONS = fixed("protocolOptions", OptionType.json(), new JsonObject());

    static final Field<Integer> BACKLOG = fixed("backlog", OptionType.integer(1, 65535), 1024);
    static final Field<Boolean> REUSE_PORT = fixed("reusePort", OptionType.bool(), false);
    static final Field<Boolean> TCP_NO_DELAY = fixed("tcpNoDelay", OptionType.bool(), true);
    static final Field<Boolean> KEEP_ALIVE = fixed("keepAlive", OptionType.bool(), true);
    static final Field<Duration> KEEP_ALIVE_IDLE = fixed("keepAliveIdle", probing(), null);
    static final Field<Duration> KEEP_ALIVE_INTERVAL = fixed("keepAliveInterval", probing(), null);
    static final Field<Integer> KEEP_ALIVE_COUNT = fixed("keepAliveCount", OptionType.integer(1, 127), null);
    static final Field<Duration> TCP_USER_TIMEOUT =
            fixed("tcpUserTimeout", OptionType.duration(MS.multipliedBy(100), Duration.ofDays(7)), null);
    static final Field<Integer> RECEIVE_BUFFER = fixed("receiveBuffer", OptionType.size(4 * KIB, 64 * MIB), null);
    static final Field<Integer> SEND_BUFFER = fixed("sendBuffer", OptionType.size(4 * KIB, 64 * MIB), null);

    static final Field<Integer> MAX_CONNECTIONS = live("maxConnections", OptionType.integer(1, 10_000_000), null);
    static final Field<WhenFull> WHEN_FULL = live("whenFull", WhenFull.TYPE, WhenFull.REJECT);
    static final Field<Integer> ACCEPT_RATE = live("acceptRate", OptionType.integer(1, 1_000_000), null);
    static final Field<Integer> ACCEPT_BURST = live("acceptBurst", OptionType.integer(1, 1_000_000), null);
    static final Field<Integer> PER_ADDRESS_LIMIT = live("perAddressLimit", OptionType.integer(1, 10_000_000), null);
    static final Field<List<AddressBlock>> ALLOW = live("allow", OptionType.listOf(AddressBlock.TYPE), List.of());
    static final Field<List<AddressBlock>> DENY = live("deny", OptionType.listOf(AddressBlock.TYPE), List.of());
    static final Field<Duration> IDLE_TIMEOUT = live(
            "idleTimeout", OptionType.durationOrOff(MS.multipliedBy(10), Duration.ofDays(365)), Duration.ofHours(1));
    static final Field<Duration> MAX_AGE =
            live("maxAge", OptionType.durationOrOff(MS.multipliedBy(100), Duration.ofDays(365)), Duration.ZERO);
    static final Field<Duration> WRITE_TIMEOUT = live(
            "writeTimeout", OptionType.durationOrOff(MS.multipliedBy(10), Duration.ofDays(1)), Duration.ofMinutes(1));
    static final Field<Duration> HANDSHAKE_TIMEOUT = live(
            "handshakeTimeout", OptionType.duration(MS.multipliedBy(10), Duration.ofHours(1)), Duration.ofSeconds(10));
    static final Field<Duration> DRAIN_TIMEOUT =
            live("drainTimeout", ListenerOptions.DRAIN_TIME, Duration.ofSeconds(30));
    static final Field<Duration> CLOSE_TIMEOUT =
            live("closeTimeout", OptionType.duration(MS.multipliedBy(10), Duration.ofHours(1)), Duration.ofSeconds(10));

    static final Field<Integer> RECEIVE_BOUND = fixed("receiveBound", OptionType.size(KIB, 64 * MIB), 64 * KIB);
    static final Field<Integer> SEND_BOUND = fixed("sendBound", OptionType.size(KIB, 64 * MIB), 64 * KIB);
    static final Field<Integer> RATE_IN = live("rateIn", OptionType.size(KIB, 1024 * MIB), null);
    static final Field<Integer> RATE_OUT = live("rateOut", OptionType.size(KIB, 1024 * MIB), null);
    static final Field<Integer> LISTENER_RATE_IN = live("listenerRateIn", OptionType.size(KIB, 1024 * MIB), null);
    static final Field<Integer> LISTENER_RATE_OUT = live("listenerRateOut", OptionType.size(KIB, 1024 * MIB), null);
    static final Field<Boolean> HALF_CLOSE = fixed("halfClose", OptionType.bool(), true);
    static final Field<TlsOptions> TLS = fixed("tls", TlsOptions.TYPE, null);
    static final Field<ProxyProtocol> PROXY_PROTOCOL = fixed("proxyProtocol", ProxyProtocol.TYPE, ProxyProtocol.OFF);

    /** What a listener's answers hold beside its options. Somebody who sends an answer back means the options. */
    static final List<String> READ_ONLY = List.of(
            "name",
            "state",
            "reason",
            "origin",
            "modified",
            "boundPort",
            "connections",
            "bytesIn",
            "bytesOut",
            "startedAt",
            "revision");

    private ListenerFields() {}

    /** The kernel counts in seconds, up to 32,767 of them. */
    private static OptionType<Duration> probing() {
        return OptionType.duration(Duration.ofSeconds(1), Duration.ofHours(9));
    }

    static List<Field<?>> table() {
        return TABLE;
    }

    private static <T> Field<T> fixed(String name, OptionType<T> type, @Nullable T byDefault) {
        return row(new Field<>(TABLE.size(), name, type, byDefault, false));
    }

    private static <T> Field<T> live(String name, OptionType<T> type, @Nullable T byDefault) {
        return row(new Field<>(TABLE.size(), name, type, byDefault, true));
    }

    private static <T> Field<T> row(Field<T> field) {
        TABLE.add(field);
        return field;
    }
}
