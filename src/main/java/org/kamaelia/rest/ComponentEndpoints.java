package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.kamaelia.control.ComponentQuery;
import org.kamaelia.control.ComponentQuery.WaitsFor;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operations on components. */
final class ComponentEndpoints {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private record Message(String id, String box, Object message, Duration timeout) {}

    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);
    private static final OptionType<Integer> LIMIT = OptionType.integer(1, ComponentQuery.MOST);
    private static final OptionType<Integer> LOOP = OptionType.integer(0, 1023);
    private static final OptionType<Duration> WAIT = OptionType.duration(Duration.ofMillis(1), Duration.ofMinutes(1));

    static final List<Endpoint<?>> ALL = List.of(
            new Endpoint<>(
                    "listComponents",
                    call -> call.readQuery(ComponentEndpoints::query),
                    (control, query) ->
                            control.components(query).map(ComponentJson::page).map(Answer::ok)),
            Endpoint.plain(
                    "getComponent",
                    (control, call) -> control.component(call.path("id"))
                            .map(ComponentJson::detail)
                            .map(Answer::ok)),
            new Endpoint<>("sendToBox", ComponentEndpoints::readMessage, ComponentEndpoints::send),
            Endpoint.plain(
                    "listKinds",
                    (control, call) -> control.kinds().map(kinds -> Answer.list(kinds, ComponentJson::kind))));

    private ComponentEndpoints() {}

    private static ComponentQuery query(OptionReader reader) {
        String kind = reader.nullable("kind", TEXT);
        Integer loop = reader.nullable("loop", LOOP);
        String waitsFor = reader.nullable("waitsFor", TEXT);
        String connection = reader.nullable("connection", TEXT);
        int limit = reader.optional("limit", LIMIT, ComponentQuery.DEFAULT_LIMIT);
        String cursor = reader.nullable("cursor", TEXT);
        return new ComponentQuery(
                kind, loop, waitsFor == null ? null : WaitsFor.named(waitsFor), connection, limit, cursor);
    }

    private static Message readMessage(Call call) {
        Duration timeout = call.readQuery(reader -> reader.optional("timeout", WAIT, TIMEOUT));
        for (String name : call.body().fieldNames()) {
            if (!name.equals("message")) {
                throw wrong("/" + name, "\"" + name + "\" is no option here: send message, and nothing else");
            }
        }
        return new Message(
                call.path("id"), call.path("box"), message(call.body().getValue("message")), timeout);
    }

    private static Object message(Object given) {
        if (given instanceof String) {
            return given;
        }
        if (given instanceof JsonObject object) {
            return object.getMap();
        }
        throw wrong("/message", "message must be a text or an object: the component's view says which its box takes");
    }

    private static Refused wrong(String pointer, String detail) {
        return Problem.invalid(List.of(new Fault("pointer", pointer, detail))).refusal();
    }

    private static Future<Answer> send(ControlPlane control, Message message) {
        return control.deliver(message.id(), message.box(), message.message(), message.timeout())
                .map(ComponentJson::delivery)
                .map(Answer::accepted);
    }
}
