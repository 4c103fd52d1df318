package org.kamaelia.protocol;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.InvalidOptions;

/**
 * What is spoken on a listener: makes the component that serves a connection. Those on the class path
 * are found by {@link java.util.ServiceLoader}; others are registered by the embedder.
 */
public interface Protocol {
    /** The name by which listeners refer to it. */
    String name();

    /** A sentence for operators. */
    default String description() {
        return "";
    }

    /**
     * A JSON schema for the protocol options, an object: {@code properties} with {@code type}, {@code
     * default}, {@code minimum}, {@code maximum}, {@code enum}; {@code required}. A listener's options are
     * held against it when it starts. The default takes none.
     */
    default JsonObject optionsSchema() {
        return OptionsSchema.none();
    }

    /**
     * Checks what a schema cannot say. Called with options that fit {@link #optionsSchema()}, with defaults filled in,
     * before a listener starts; any thread, must not block.
     *
     * @throws InvalidOptions for options that cannot be; its pointers begin with {@code /protocolOptions/}
     */
    default void check(JsonObject options) {}

    /**
     * Prepares for the connections of one run of a listener, on all its event loops: what they share is made here, and goes
     * with the run. Called once for each start, on any thread; must not block. What it throws fails the start.
     *
     * @param listener the name by which operators know it
     * @param options fits {@link #optionsSchema()}, with defaults filled in; do not change it
     * @return makes the component for one connection, as {@link #open} does, which it calls unless it says otherwise
     */
    default Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
        return connection -> open(connection, options);
    }

    /**
     * Whether a connection of a listener with {@code tls} begins in the clear, and speaks TLS once its
     * component asks for that out of an outbox {@code makessl}. Otherwise it speaks TLS from the first byte,
     * and the component need not know.
     */
    default boolean beginsInClear() {
        return false;
    }

    /**
     * To which servers connections of a listener with these options lead, which the policy must allow.
     *
     * @param options as with {@link #serve}
     * @throws org.kamaelia.tcp.InvalidOptions if they cannot say; its pointers begin with {@code /protocolOptions}
     */
    default List<HostPorts> upstreams(JsonObject options) {
        return List.of();
    }

    /**
     * Makes the component for one connection, not active yet: bytes come into its {@code inbox}, what it
     * sends from {@code outbox} goes to the peer, both as {@link io.vertx.core.buffer.Buffer}s. On the
     * connection's event loop; must not block. What it throws costs that connection only.
     *
     * @param options fits {@link #optionsSchema()}, with defaults filled in; do not change it
     */
    Component open(ConnectionInfo connection, JsonObject options);

    /** A protocol without options. */
    static Protocol of(String name, Function<? super ConnectionInfo, ? extends Component> handlers) {
        return new Protocol() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Component open(ConnectionInfo connection, JsonObject options) {
                return handlers.apply(connection);
            }
        };
    }
}
