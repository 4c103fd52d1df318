package org.kamaelia.rest;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.kamaelia.control.ControlPlane;

/** The contract's operations on what takes its time, and on the process as a whole. */
final class ServerEndpoints {

    private final ControlPlane control;

    ServerEndpoints(ControlPlane control) {
        this.control = control;
    }

    List<Endpoint<?>> all() {
        return List.of(
                Endpoint.plain(
                        "listOperations",
                        call -> control.operations().map(views -> Answer.list(views, Views::operation))),
                Endpoint.plain(
                        "getOperation",
                        call -> control.operation(call.path("id")).map(view -> Answer.ok(Views.operation(view)))),
                Endpoint.plain(
                        "cancelOperation",
                        call -> control.cancel(call.path("id")).map(view -> Answer.ok(Views.operation(view)))),
                Endpoint.plain("listProtocols", call -> done(Answer.list(control.protocols(), Views::protocol))),
                Endpoint.plain("getInfo", call -> done(Answer.ok(Views.info(control.info(), Instant.now())))));
    }

    private static Future<Answer> done(Answer answer) {
        return Future.succeededFuture(answer);
    }
}
