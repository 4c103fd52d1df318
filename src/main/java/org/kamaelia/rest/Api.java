package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kamaelia.control.Caller;
import org.kamaelia.control.Role;
import org.kamaelia.eventloop.Courtesy;
import org.kamaelia.rest.Problem.Kind;

/** The contract's paths as routes: the door of HTTP to its operations. */
final class Api {

    private final Contract contract;
    private final OpenAPIContract routed;
    private final Dispatch dispatch;

    Api(Contract contract, OpenAPIContract routed, Dispatch dispatch) {
        this.contract = contract;
        this.routed = routed;
        this.dispatch = dispatch;
    }

    /** Routes for every operation of the contract, to be mounted at its base path behind a body handler. */
    Router router(Vertx vertx) {
        RouterBuilder builder = RouterBuilder.create(vertx, routed, RequestExtractor.withBodyHandler());
        for (Operation operation : dispatch.operations()) {
            builder.getRoute(operation.getOperationId())
                    .setDoSecurity(false)
                    .setDoValidation(false)
                    .addHandler(context -> serve(context, operation));
        }
        Router router = builder.createRouter();
        for (Operation operation : dispatch.operations()) {
            if (operation.getHttpMethod().equals(HttpMethod.GET)) {
                // the same answer without its body, which the response leaves out by itself
                router.head(route(operation.getOpenAPIPath())).handler(context -> serve(context, operation));
            }
        }
        routed.getPaths().forEach(path -> router.route(route(path.getName())).handler(context -> otherMethod(path)));
        return router;
    }

    private void serve(RoutingContext context, Operation operation) {
        Caller caller = Guard.require(context, Role.VIEWER); // somebody; which role it takes is the dispatch's to say
        Courtesy.giveWay();
        JsonObject path = new JsonObject();
        context.pathParams().forEach(path::put);
        AtomicBoolean answered = new AtomicBoolean();
        context.addEndHandler(ended -> answered.set(true)); // also when the connection is cut, or the time is up
        dispatch.serve(
                        operation,
                        caller,
                        answered::get,
                        path,
                        () -> Call.of(context, path, operation, contract.mediaTypes(operation)))
                .onSuccess(done -> {
                    Courtesy.giveWay();
                    done.send(context.response());
                    Courtesy.giveWay();
                })
                .onFailure(context::fail);
    }

    private static void otherMethod(Path path) {
        String allowed = path.getOperations().stream()
                .map(Operation::getHttpMethod)
                .flatMap(method ->
                        method.equals(HttpMethod.GET) ? Stream.of(method, HttpMethod.HEAD) : Stream.of(method))
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(", "));
        throw Problem.of(Kind.METHOD_NOT_ALLOWED, "this path knows " + allowed)
                .header("Allow", allowed)
                .refusal();
    }

    /** The contract writes {@code /listeners/{name}}, the router {@code /listeners/:name}. */
    private static String route(String path) {
        return path.replaceAll("\\{(\\w+)}", ":$1");
    }
}
