package org.kamaelia.protocol;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Every frame that comes is a message to one address of the Vert.x event bus, and every reply a frame back, in the order
 * of the requests: an application that has a consumer there serves TCP without new code.
 *
 * <p>Lines come as strings, length-prefixed frames as buffers; each message has the headers {@code connection}, {@code
 * listener} and {@code remoteAddress}. A reply is a string, a buffer, bytes, or what {@code toString} makes of it: JSON,
 * of a {@link JsonObject}. Without a body it is an empty frame.
 *
 * <p>A connection has as many requests under way as {@code inFlight} says; it is not read meanwhile. A request that fails,
 * that nobody takes or that is not answered within {@code timeout}, and a reply that does not fit the framing, is answered
 * with the text of {@code onFailure}; where there is none the connection ends after the replies before it. A peer that has
 * sent its last byte waits for its replies as long as the listener's {@code closeTimeout} lets it.
 *
 * <p>Without {@code reply} messages are only sent. That nobody takes one counts as a failure then too; how fast they are
 * dealt with is nothing that a sender could know, so that a consumer that must slow its clients down has to reply.
 *
 * <p>The addresses of the control plane, {@code kamaelia} and what begins with {@code kamaelia.}, are refused.
 */
public final class EventBusProtocol implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public EventBusProtocol() {}

    @Override
    public String name() {
        return "eventbus";
    }

    @Override
    public String description() {
        return "every frame is a message to an address of the Vert.x event bus, every reply a frame back";
    }

    @Override
    public JsonObject optionsSchema() {
        JsonObject properties = new JsonObject()
                .put("address", property("string", null, "where messages go; not kamaelia or kamaelia.*"))
                .put(
                        "framing",
                        property("string", "lines", "what comes: lines, or frames with their length before them")
                                .put("enum", new JsonArray().add("lines").add("length-prefixed")))
                .put(
                        "prefixBytes",
                        property("integer", 4, "of a length before its frame")
                                .put(
                                        "enum",
                                        new JsonArray().add(1).add(2).add(4).add(8)))
                .put(
                        "byteOrder",
                        property("string", "big", "of a length before its frame: big or little endian")
                                .put("enum", new JsonArray().add("big").add("little")))
                .put(
                        "maxLength",
                        property("integer", 1 << 16, "the longest frame in bytes; a longer one ends the connection")
                                .put("minimum", 1)
                                .put("maximum", 1 << 24))
                .put("reply", property("boolean", true, "whether messages are requests, whose replies are sent back"))
                .put("timeout", property("string", "30s", "how long a reply may take, from 1ms to 1d"))
                .put(
                        "inFlight",
                        property("integer", 1, "how many messages of a connection may be under way")
                                .put("minimum", 1)
                                .put("maximum", 1024))
                .put(
                        "onFailure",
                        property("string", null, "answers a request that failed; without it the connection ends"));
        return OptionsSchema.none().put("properties", properties).put("required", new JsonArray().add("address"));
    }

    private static JsonObject property(String type, @Nullable Object value, String description) {
        JsonObject property = new JsonObject().put("type", type).put("description", description);
        return value == null ? property : property.put("default", value);
    }

    @Override
    public void check(JsonObject options) {
        Framing<?> framing = Framing.of(options);
        String onFailure = EventBusOptions.of(options).onFailure();
        try {
            Buffer unused = framing.encoder().apply(Buffer.buffer(onFailure == null ? "" : onFailure));
        } catch (IllegalArgumentException unfit) {
            throw new InvalidOptions(
                    "/protocolOptions/onFailure",
                    "onFailure does not fit the framing: " + unfit.getMessage() + ", not \"" + onFailure + "\"");
        }
    }

    @Override
    public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
        EventBusOptions fixed = EventBusOptions.of(options);
        Framing<?> framing = Framing.of(options);
        return connection -> open(connection, fixed, framing);
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return serve(connection.listener(), options).apply(connection);
    }

    private static <T> Component open(ConnectionInfo connection, EventBusOptions options, Framing<T> framing) {
        Context loop = Vertx.currentContext();
        if (loop == null) {
            throw new IllegalStateException("the event bus is found on an event loop of its Vertx, not on "
                    + Thread.currentThread().getName());
        }
        EventBusRequests<T> requests = new EventBusRequests<>(loop.owner().eventBus(), connection, options, framing);
        return new Pipeline(framing.framer().get(), requests);
    }
}
