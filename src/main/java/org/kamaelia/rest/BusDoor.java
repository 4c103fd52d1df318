package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Caller;
import org.kamaelia.control.Caller.Door;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.EventBusDoor;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.Interest;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operations on the event bus: the same schemas, roles, answers and records as over HTTP. */
public final class BusDoor implements EventBusDoor {

    private static final OptionType<JsonObject> JSON = OptionType.json();

    /** For the service loader. */
    public BusDoor() {}

    /** What a message asks for. */
    private record Asked(Operation operation, JsonObject parameters, JsonObject body) {}

    @Override
    public Future<Open> open(Vertx vertx, ControlPlane control, EventBusOptions options) {
        Caller caller = new Caller(Door.EVENT_BUS.word(), options.role(), Door.EVENT_BUS, null);
        return vertx.executeBlocking(Contract::load)
                .compose(contract -> contract.open(vertx))
                .map(contract -> {
                    Dispatch dispatch = new Dispatch(control, contract);
                    MessageConsumer<Object> consumer = vertx.eventBus()
                            .localConsumer(EventBusOptions.ADDRESS, message -> serve(vertx, dispatch, caller, message));
                    return consumer::unregister;
                });
    }

    private static void serve(Vertx vertx, Dispatch dispatch, Caller caller, Message<Object> message) {
        answer(dispatch, caller, message.body())
                .map(answer -> json(answer.status(), answer.headers(), answer.body()))
                .otherwise(failure -> {
                    Problem problem = Problems.of(failure, 500).orElseGet(() -> ours(vertx, failure));
                    return json(problem.status(), problem.headers(), problem.toJson());
                })
                .onSuccess(reply -> {
                    if (message.replyAddress() != null) {
                        message.reply(reply);
                    }
                });
    }

    private static Future<Answer> answer(Dispatch dispatch, Caller caller, Object message) {
        try {
            Asked asked = read(dispatch, message);
            JsonObject path = Call.path(asked.operation(), asked.parameters());
            return dispatch.serve(
                    asked.operation(),
                    caller,
                    Interest.LASTING, // a message does not tell when its sender stops waiting for the reply
                    path,
                    () -> Call.of(asked.operation(), path, asked.parameters(), asked.body()));
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    private static Asked read(Dispatch dispatch, Object message) {
        if (!(message instanceof JsonObject json)) {
            throw Problem.invalid(List.of(new Fault(
                            "pointer",
                            "",
                            "the message is no JsonObject: send one as in {\"operation\": \"listListeners\"}")))
                    .refusal();
        }
        return OptionReader.read(json, reader -> {
            String name = reader.required(
                    "operation", OptionType.text("an operation", "its id", Call.ANYTHING), "listListeners");
            JsonObject parameters = reader.optional("parameters", JSON, new JsonObject());
            JsonObject body = reader.optional("body", JSON, new JsonObject());
            Operation operation = dispatch.find(name);
            if (operation == null) {
                throw new InvalidOptions(
                        "/operation", "operation \"" + name + "\" is unknown: use one of " + known(dispatch));
            }
            return new Asked(operation, parameters, body);
        });
    }

    private static String known(Dispatch dispatch) {
        return dispatch.operations().stream()
                .map(Operation::getOperationId)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static JsonObject json(int status, Map<String, String> headers, @Nullable JsonObject body) {
        JsonObject shown = new JsonObject();
        headers.forEach(shown::put);
        return new JsonObject().put("status", status).put("headers", shown).put("body", body);
    }

    /** A fault of this server goes where its faults go. */
    private static Problem ours(Vertx vertx, Throwable failure) {
        vertx.runOnContext(ignored -> {
            throw new IllegalStateException("could not serve a message to " + EventBusOptions.ADDRESS, failure);
        });
        return Problems.internal();
    }
}
