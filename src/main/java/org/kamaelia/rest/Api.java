package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.kamaelia.control.Caller;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.rest.Endpoint.Action;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.rest.Problem.Kind;

/**
 * The contract's paths as routes: the role first, then the input as the operation reads it, whose messages are made for people,
 * then the contract's own schemas, which have the last word, then the operation.
 */
final class Api {

    private final ControlPlane control;
    private final Contract contract;
    private final OpenAPIContract routed;

    Api(ControlPlane control, Contract contract, OpenAPIContract routed) {
        this.control = control;
        this.contract = contract;
        this.routed = routed;
    }

    /**
     * Routes for every operation of the contract, to be mounted at its base path behind a body handler.
     *
     * @throws IllegalStateException if an operation and the endpoints do not match one to one
     */
    Router router(Vertx vertx, List<Endpoint<?>> endpoints) {
        RouterBuilder builder = RouterBuilder.create(vertx, routed, RequestExtractor.withBodyHandler());
        for (Endpoint<?> endpoint : endpoints) {
            Operation operation = routed.operation(endpoint.operationId());
            builder.getRoute(endpoint.operationId())
                    .setDoSecurity(false)
                    .setDoValidation(false)
                    .addHandler(context -> serve(context, operation, endpoint));
        }
        requireAll(endpoints);
        Router router = builder.createRouter();
        routed.getPaths().forEach(path -> router.route(route(path)).handler(context -> otherMethod(path)));
        return router;
    }

    private void requireAll(List<Endpoint<?>> endpoints) {
        List<String> served = endpoints.stream().map(Endpoint::operationId).toList();
        for (Operation operation : routed.operations()) {
            if (!served.contains(operation.getOperationId())) {
                throw new IllegalStateException("nobody serves " + operation.getOperationId());
            }
        }
    }

    private void serve(RoutingContext context, Operation operation, Endpoint<?> endpoint) {
        Caller caller = Guard.require(context, Contract.role(operation));
        Call call = Call.of(context, operation, contract.mediaTypes(operation));
        Action action = endpoint.read(call);
        validate(operation, call);
        Future<Answer> answer = action.run(control.as(caller));
        answer.onSuccess(done -> done.send(context.response())).onFailure(context::fail);
    }

    private void validate(Operation operation, Call call) {
        for (Parameter parameter : operation.getParameters()) {
            JsonObject from = parameter.getIn() == Location.QUERY ? call.query() : call.path();
            Object value = from.getValue(parameter.getName());
            if (value != null) {
                validate(parameter.getSchema(), value, "parameter", parameter.getName());
            }
        }
        if (operation.getRequestBody() != null) {
            operation
                    .getRequestBody()
                    .getContent()
                    .values()
                    .forEach(type -> validate(type.getSchema(), call.body(), "pointer", ""));
        }
    }

    private void validate(JsonSchema schema, Object value, String in, String place) {
        OutputUnit result = routed.getSchemaRepository().validator(schema).validate(value);
        if (Boolean.TRUE.equals(result.getValid())) {
            return;
        }
        List<Fault> faults = result.getErrors() == null || result.getErrors().isEmpty()
                ? List.of(new Fault(in, place, "the contract does not allow this"))
                : result.getErrors().stream()
                        .map(error -> fault(error, in, place))
                        .toList();
        throw Problem.invalid(faults).refusal();
    }

    private static Fault fault(OutputUnit error, String in, String place) {
        String location = error.getInstanceLocation() == null
                ? ""
                : error.getInstanceLocation().replaceFirst("^#", "");
        return new Fault(in, in.equals("pointer") ? location : place, error.getError());
    }

    private static void otherMethod(Path path) {
        String allowed = path.getOperations().stream()
                .map(operation -> operation.getHttpMethod().name())
                .sorted()
                .collect(Collectors.joining(", "));
        throw Problem.of(Kind.METHOD_NOT_ALLOWED, "this path knows " + allowed)
                .header("Allow", allowed)
                .refusal();
    }

    /** The contract writes {@code /listeners/{name}}, the router {@code /listeners/:name}. */
    private static String route(Path path) {
        return path.getName().replaceAll("\\{(\\w+)}", ":$1");
    }
}
