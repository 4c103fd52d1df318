package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.kamaelia.control.Caller;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Health;
import org.kamaelia.control.Role;
import org.kamaelia.rest.Problem.Kind;

/** What lies outside the API: the answers to probes, and the contract itself. */
final class Probes {

    private static final String ALLOWED = "GET, HEAD";

    private final ControlPlane control;
    private final Contract contract;

    Probes(ControlPlane control, Contract contract) {
        this.control = control;
        this.contract = contract;
    }

    void mount(Router router) {
        get(router, Guard.PROBES + "live", context -> status(context, 200, new JsonObject().put("status", "live")));
        get(router, Guard.PROBES + "ready", this::ready);
        get(router, "/openapi.yaml", this::contract);
    }

    private void ready(RoutingContext context) {
        Health health = control.health();
        JsonObject json = new JsonObject().put("status", health.ready() ? "ready" : "unready");
        if (Guard.caller(context).isPresent()) {
            json.put("reasons", new JsonArray(health.reasons()));
        }
        status(context, health.ready() ? 200 : 503, json);
    }

    private void contract(RoutingContext context) {
        Caller unused = Guard.require(context, Role.VIEWER);
        context.response().putHeader("Content-Type", "application/yaml").end(contract.text());
    }

    private static void status(RoutingContext context, int status, JsonObject json) {
        new Answer(status, json, Map.of()).send(context.response());
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).handler(context -> {
            HttpMethod method = context.request().method();
            if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
                throw Problem.of(Kind.METHOD_NOT_ALLOWED, "this path knows " + ALLOWED)
                        .header("Allow", ALLOWED)
                        .refusal();
            }
            context.queryParams().names().stream().findFirst().ifPresent(name -> {
                throw Problem.invalid(List.of(new Problem.Fault(
                                "parameter", name, "\"" + name + "\" is no option here: there is none")))
                        .refusal();
            });
            handler.handle(context);
        });
    }
}
