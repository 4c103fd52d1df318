package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ListenerFields.Field;

/**
 * One listener's options: flat, immutable, checked once when made. Each has a default, so that
 * {@code ListenerOptions.of("echo").port(7000)} is complete; an accessor and a wither of one name go together, and a wither
 * throws {@link InvalidOptions} for a value out of range.
 *
 * <p>In JSON the names are the accessors'; durations read {@code "30s"}, sizes {@code "64KiB"} or a number of bytes.
 */
public final class ListenerOptions {

    /** What a protocol may be called. */
    public static final OptionType<String> PROTOCOL_NAME = OptionType.text(
            "a protocol's name",
            "up to 64 letters, digits, '.', '_' and '-', as in \"echo\"",
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"));

    /** What a drain may take, wherever somebody says so. */
    public static final OptionType<Duration> DRAIN_TIME = OptionType.duration(Duration.ZERO, Duration.ofDays(1));

    /** By {@link Field#index()}; never changed once here. */
    private final @Nullable Object[] values;

    /** Made when it is asked for first: it costs more than all else in an answer about a listener. */
    private volatile @Nullable JsonObject shown;

    private ListenerOptions(@Nullable Object[] values) {
        this.values = values;
        if (port() != 0 && portRange() != null) {
            throw new InvalidOptions(
                    "/portRange",
                    "port " + port() + " and portRange " + portRange()
                            + " exclude each other: leave port out, or portRange");
        }
        if (path() != null && (port() != 0 || portRange() != null)) {
            throw new InvalidOptions(
                    "/path", "path " + path() + " excludes a port: leave port and portRange out, or path");
        }
        if (path() != null && !proxyProtocol().trusted().isEmpty()) {
            throw new InvalidOptions(
                    "/proxyProtocol/trusted",
                    "proxyProtocol.trusted means nothing at path " + path()
                            + ", whose peers have no addresses: leave it out;" + " who may open the file is trusted");
        }
    }

    /** The defaults: any free port on all addresses of the host. */
    public static ListenerOptions of(String protocol) {
        return fromJson(new JsonObject().put("protocol", protocol));
    }

    /**
     * Reads a listener as the REST API and the configuration file write it. What an answer holds beside the options, such
     * as {@code state}, is ignored; null is the same as absent.
     *
     * @throws InvalidOptions with all problems: unknown names, wrong types, values out of range
     */
    public static ListenerOptions fromJson(JsonObject json) {
        return OptionReader.read(json, reader -> {
            reader.ignore(ListenerFields.READ_ONLY);
            return read(reader);
        });
    }

    /** Reads them from an object that may hold more; ask for the rest of it first, since options that do not fit throw. */
    public static ListenerOptions read(OptionReader reader) {
        String protocol = reader.required(ListenerFields.PROTOCOL.name(), ListenerFields.PROTOCOL.type(), "echo");
        Object[] values = ListenerFields.table().stream()
                .map(field -> field.equals(ListenerFields.PROTOCOL) ? protocol : field.read(reader))
                .toArray();
        return new ListenerOptions(values);
    }

    /** Every option that has a value, defaults included: {@code fromJson(toJson())} is equal to this. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        ListenerFields.table().forEach(field -> write(field, json));
        return json;
    }

    /** The same without {@link Secrets}, for operators; all who ask share it, and must not change it. Any thread. */
    public JsonObject shown() {
        JsonObject known = shown;
        if (known == null) {
            known = Secrets.hide(toJson());
            shown = known;
        }
        return known;
    }

    /**
     * What can be known of a merge patch before it meets the options: names, types and ranges, of members of objects too. What
     * is missing and what goes together is left to {@link #merge}.
     *
     * @throws InvalidOptions with all problems of the patch
     */
    public static void checkPatch(JsonObject mergePatch) {
        OptionReader.read(mergePatch, reader -> {
            for (Field<?> field : ListenerFields.table()) {
                reader.part(field.name(), field.type());
            }
            reader.ignore(ListenerFields.READ_ONLY);
            return reader;
        });
    }

    /**
     * These options after a merge patch (RFC 7396); null takes an option back to its default.
     *
     * @throws InvalidOptions with all problems of the patch
     */
    public ListenerOptions merge(JsonObject mergePatch) {
        return fromJson(MergePatch.apply(toJson(), mergePatch));
    }

    /** Names of the options in which the other differs and that a running listener can't change, in the table's order. */
    public Set<String> notLive(ListenerOptions other) {
        Set<String> names = new LinkedHashSet<>();
        for (Field<?> field : ListenerFields.table()) {
            if (!field.live() && !Objects.equals(values[field.index()], other.values[field.index()])) {
                names.add(field.name());
            }
        }
        return names;
    }

    /** These options, but for the other's live ones. */
    public ListenerOptions withLive(ListenerOptions other) {
        @Nullable Object[] changed = values.clone();
        for (Field<?> field : ListenerFields.table()) {
            if (field.live()) {
                changed[field.index()] = other.values[field.index()];
            }
        }
        return new ListenerOptions(changed);
    }

    /** The address to listen on. */
    public String host() {
        return get(ListenerFields.HOST);
    }

    public ListenerOptions host(String host) {
        return with(ListenerFields.HOST, host);
    }

    /** 0 for any free one, of {@link #portRange()} if that is given. */
    public int port() {
        return get(ListenerFields.PORT);
    }

    public ListenerOptions port(int port) {
        return with(ListenerFields.PORT, port);
    }

    /** Where to look for a free port; goes with port 0 only. */
    public @Nullable PortRange portRange() {
        return find(ListenerFields.PORT_RANGE);
    }

    public ListenerOptions portRange(@Nullable PortRange portRange) {
        return with(ListenerFields.PORT_RANGE, portRange);
    }

    /** The file of a UNIX domain socket to listen on, in place of {@link #host} and {@link #port}; null for TCP. */
    public @Nullable String path() {
        return find(ListenerFields.PATH);
    }

    public ListenerOptions path(@Nullable String path) {
        return with(ListenerFields.PATH, path);
    }

    /** Where it listens, for people: {@code host:port} or the path. */
    public String address() {
        String path = path();
        PortRange range = portRange();
        return path != null ? path : host() + ":" + (range == null ? port() : range);
    }

    /** The name of what is spoken here. */
    public String protocol() {
        return get(ListenerFields.PROTOCOL);
    }

    public ListenerOptions protocol(String protocol) {
        return with(ListenerFields.PROTOCOL, protocol);
    }

    /** What the protocol is told; checked against its schema when the listener starts. A copy. */
    public JsonObject protocolOptions() {
        return get(ListenerFields.PROTOCOL_OPTIONS).copy();
    }

    public ListenerOptions protocolOptions(JsonObject protocolOptions) {
        return with(ListenerFields.PROTOCOL_OPTIONS, protocolOptions.copy());
    }

    /** How many connections the kernel completes before anybody accepts them; Kamaelia's {@code maxlisten}. */
    public int backlog() {
        return get(ListenerFields.BACKLOG);
    }

    public ListenerOptions backlog(int backlog) {
        return with(ListenerFields.BACKLOG, backlog);
    }

    /** Whether other processes may listen on the same port (SO_REUSEPORT). */
    public boolean reusePort() {
        return get(ListenerFields.REUSE_PORT);
    }

    public ListenerOptions reusePort(boolean reusePort) {
        return with(ListenerFields.REUSE_PORT, reusePort);
    }

    /** Whether small writes leave at once (TCP_NODELAY). */
    public boolean tcpNoDelay() {
        return get(ListenerFields.TCP_NO_DELAY);
    }

    public ListenerOptions tcpNoDelay(boolean tcpNoDelay) {
        return with(ListenerFields.TCP_NO_DELAY, tcpNoDelay);
    }

    /** Whether the kernel probes a silent peer (SO_KEEPALIVE). */
    public boolean keepAlive() {
        return get(ListenerFields.KEEP_ALIVE);
    }

    public ListenerOptions keepAlive(boolean keepAlive) {
        return with(ListenerFields.KEEP_ALIVE, keepAlive);
    }

    /** How long a peer is silent before it is probed, in whole seconds; epoll only. Null for the system's. */
    public @Nullable Duration keepAliveIdle() {
        return find(ListenerFields.KEEP_ALIVE_IDLE);
    }

    public ListenerOptions keepAliveIdle(@Nullable Duration idle) {
        return with(ListenerFields.KEEP_ALIVE_IDLE, idle);
    }

    /** How long between probes, in whole seconds; epoll only. Null for the system's. */
    public @Nullable Duration keepAliveInterval() {
        return find(ListenerFields.KEEP_ALIVE_INTERVAL);
    }

    public ListenerOptions keepAliveInterval(@Nullable Duration interval) {
        return with(ListenerFields.KEEP_ALIVE_INTERVAL, interval);
    }

    /** So many probes without an answer end the connection; epoll only. Null for the system's. */
    public @Nullable Integer keepAliveCount() {
        return find(ListenerFields.KEEP_ALIVE_COUNT);
    }

    public ListenerOptions keepAliveCount(@Nullable Integer probes) {
        return with(ListenerFields.KEEP_ALIVE_COUNT, probes);
    }

    /** How long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT); epoll only. Null for the system's. */
    public @Nullable Duration tcpUserTimeout() {
        return find(ListenerFields.TCP_USER_TIMEOUT);
    }

    public ListenerOptions tcpUserTimeout(@Nullable Duration timeout) {
        return with(ListenerFields.TCP_USER_TIMEOUT, timeout);
    }

    /** What the kernel may hold of one connection's input (SO_RCVBUF); null to leave it to the system. */
    public @Nullable Integer receiveBuffer() {
        return find(ListenerFields.RECEIVE_BUFFER);
    }

    public ListenerOptions receiveBuffer(@Nullable Integer bytes) {
        return with(ListenerFields.RECEIVE_BUFFER, bytes);
    }

    /** What the kernel may hold of one connection's output (SO_SNDBUF); null to leave it to the system. */
    public @Nullable Integer sendBuffer() {
        return find(ListenerFields.SEND_BUFFER);
    }

    public ListenerOptions sendBuffer(@Nullable Integer bytes) {
        return with(ListenerFields.SEND_BUFFER, bytes);
    }

    /** Most open connections at a time over all event loops; null for 80 % of the process's descriptor limit. */
    public @Nullable Integer maxConnections() {
        return find(ListenerFields.MAX_CONNECTIONS);
    }

    /** Most open connections at a time: {@link #maxConnections()}, or what stands for it. */
    public int mostConnections() {
        Integer limit = maxConnections();
        return limit == null ? FileDescriptors.mostConnections() : limit;
    }

    public ListenerOptions maxConnections(@Nullable Integer maxConnections) {
        return with(ListenerFields.MAX_CONNECTIONS, maxConnections);
    }

    /** What becomes of somebody who connects while so many are open. */
    public WhenFull whenFull() {
        return get(ListenerFields.WHEN_FULL);
    }

    public ListenerOptions whenFull(WhenFull whenFull) {
        return with(ListenerFields.WHEN_FULL, whenFull);
    }

    /** How many connections are accepted in a second, over all event loops; more wait in the kernel. Null for any number. */
    public @Nullable Integer acceptRate() {
        return find(ListenerFields.ACCEPT_RATE);
    }

    public ListenerOptions acceptRate(@Nullable Integer perSecond) {
        return with(ListenerFields.ACCEPT_RATE, perSecond);
    }

    /** How many of those may come at once; null for a second's worth. */
    public @Nullable Integer acceptBurst() {
        return find(ListenerFields.ACCEPT_BURST);
    }

    public ListenerOptions acceptBurst(@Nullable Integer connections) {
        return with(ListenerFields.ACCEPT_BURST, connections);
    }

    /** Most open connections of one IPv4 address or one IPv6 network of 64 bits; null for any number. */
    public @Nullable Integer perAddressLimit() {
        return find(ListenerFields.PER_ADDRESS_LIMIT);
    }

    public ListenerOptions perAddressLimit(@Nullable Integer connections) {
        return with(ListenerFields.PER_ADDRESS_LIMIT, connections);
    }

    /** Who may connect; nobody else, unless it is empty. */
    public List<AddressBlock> allow() {
        return get(ListenerFields.ALLOW);
    }

    public ListenerOptions allow(List<AddressBlock> blocks) {
        return with(ListenerFields.ALLOW, List.copyOf(blocks));
    }

    /** Who may not connect, whatever {@link #allow} says. */
    public List<AddressBlock> deny() {
        return get(ListenerFields.DENY);
    }

    public ListenerOptions deny(List<AddressBlock> blocks) {
        return with(ListenerFields.DENY, List.copyOf(blocks));
    }

    /** How long a connection may move no byte in either direction; {@link Duration#ZERO} for ever. */
    public Duration idleTimeout() {
        return get(ListenerFields.IDLE_TIMEOUT);
    }

    public ListenerOptions idleTimeout(Duration idleTimeout) {
        return with(ListenerFields.IDLE_TIMEOUT, idleTimeout);
    }

    /** How long a connection may be open before its input is ended; {@link Duration#ZERO} for ever. */
    public Duration maxAge() {
        return get(ListenerFields.MAX_AGE);
    }

    public ListenerOptions maxAge(Duration maxAge) {
        return with(ListenerFields.MAX_AGE, maxAge);
    }

    /** How long bytes may wait of which the peer takes none, before it is reset; {@link Duration#ZERO} for ever. */
    public Duration writeTimeout() {
        return get(ListenerFields.WRITE_TIMEOUT);
    }

    public ListenerOptions writeTimeout(Duration writeTimeout) {
        return with(ListenerFields.WRITE_TIMEOUT, writeTimeout);
    }

    /** How long a TLS handshake may take. */
    public Duration handshakeTimeout() {
        return get(ListenerFields.HANDSHAKE_TIMEOUT);
    }

    public ListenerOptions handshakeTimeout(Duration handshakeTimeout) {
        return with(ListenerFields.HANDSHAKE_TIMEOUT, handshakeTimeout);
    }

    /** How long connections go on after a server shutdown before their input is ended. */
    public Duration drainTimeout() {
        return get(ListenerFields.DRAIN_TIMEOUT);
    }

    public ListenerOptions drainTimeout(Duration drainTimeout) {
        return with(ListenerFields.DRAIN_TIMEOUT, drainTimeout);
    }

    /** How long a connection's end may take before it is aborted. */
    public Duration closeTimeout() {
        return get(ListenerFields.CLOSE_TIMEOUT);
    }

    public ListenerOptions closeTimeout(Duration closeTimeout) {
        return with(ListenerFields.CLOSE_TIMEOUT, closeTimeout);
    }

    /** Most bytes read from one connection that its handler has not taken. */
    public int receiveBound() {
        return get(ListenerFields.RECEIVE_BOUND);
    }

    public ListenerOptions receiveBound(int bytes) {
        return with(ListenerFields.RECEIVE_BOUND, bytes);
    }

    /** Most bytes sent by one connection's handler that its peer has not taken. */
    public int sendBound() {
        return get(ListenerFields.SEND_BOUND);
    }

    public ListenerOptions sendBound(int bytes) {
        return with(ListenerFields.SEND_BOUND, bytes);
    }

    /** Bytes per second that one connection may receive; null for any. */
    public @Nullable Integer rateIn() {
        return find(ListenerFields.RATE_IN);
    }

    public ListenerOptions rateIn(@Nullable Integer bytesPerSecond) {
        return with(ListenerFields.RATE_IN, bytesPerSecond);
    }

    /** Bytes per second that one connection may send; null for any. */
    public @Nullable Integer rateOut() {
        return find(ListenerFields.RATE_OUT);
    }

    public ListenerOptions rateOut(@Nullable Integer bytesPerSecond) {
        return with(ListenerFields.RATE_OUT, bytesPerSecond);
    }

    /** Bytes per second that all connections together may receive; null for any. */
    public @Nullable Integer listenerRateIn() {
        return find(ListenerFields.LISTENER_RATE_IN);
    }

    public ListenerOptions listenerRateIn(@Nullable Integer bytesPerSecond) {
        return with(ListenerFields.LISTENER_RATE_IN, bytesPerSecond);
    }

    /** Bytes per second that all connections together may send; null for any. */
    public @Nullable Integer listenerRateOut() {
        return find(ListenerFields.LISTENER_RATE_OUT);
    }

    public ListenerOptions listenerRateOut(@Nullable Integer bytesPerSecond) {
        return with(ListenerFields.LISTENER_RATE_OUT, bytesPerSecond);
    }

    /** Whether a peer that shut down its sending side still gets its replies. */
    public boolean halfClose() {
        return get(ListenerFields.HALF_CLOSE);
    }

    public ListenerOptions halfClose(boolean halfClose) {
        return with(ListenerFields.HALF_CLOSE, halfClose);
    }

    /** How TLS is spoken here; null for not at all. */
    public @Nullable TlsOptions tls() {
        return find(ListenerFields.TLS);
    }

    public ListenerOptions tls(@Nullable TlsOptions tls) {
        return with(ListenerFields.TLS, tls);
    }

    /** Whether clients come through proxies that tell their addresses. */
    public ProxyProtocol proxyProtocol() {
        return get(ListenerFields.PROXY_PROTOCOL);
    }

    public ListenerOptions proxyProtocol(ProxyProtocol proxyProtocol) {
        return with(ListenerFields.PROXY_PROTOCOL, proxyProtocol);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListenerOptions options && Arrays.equals(values, options.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return toJson().encode();
    }

    @SuppressWarnings("unchecked") // with() and read() put there what the field's type says
    private <T> @Nullable T find(Field<T> field) {
        return (T) values[field.index()];
    }

    private <T> T get(Field<T> field) {
        return Objects.requireNonNull(find(field), field.name());
    }

    private <T> ListenerOptions with(Field<T> field, @Nullable T value) {
        @Nullable Object[] changed = values.clone();
        changed[field.index()] =
                value == null ? field.byDefault() : field.type().check(field.name(), value);
        return new ListenerOptions(changed);
    }

    private <T> void write(Field<T> field, JsonObject json) {
        T value = find(field);
        if (value != null) {
            json.put(field.name(), field.type().json(value));
        }
    }
}
