package org.kamaelia.rest;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** The contract's operations on what takes its time, and on the process as a whole. */
final class ServerEndpoints {

    static final List<Endpoint<?>> ALL = List.of(
            Endpoint.plain(
                    "listOperations",
                    (control, call) -> control.operations().map(views -> Answer.list(views, Views::operation))),
            Endpoint.plain(
                    "getOperation",
                    (control, call) ->
                            control.operation(call.path("id")).map(view -> Answer.ok(Views.operation(view)))),
            Endpoint.plain(
                    "cancelOperation",
                    (control, call) -> control.cancel(call.path("id")).map(view -> Answer.ok(Views.operation(view)))),
            Endpoint.plain("listProtocols", (control, call) -> done(Answer.list(control.protocols(), Views::protocol))),
            Endpoint.plain("getInfo", (control, call) -> done(Answer.ok(Views.info(control.info(), Instant.now())))));

    private ServerEndpoints() {}

    private static Future<Answer> done(Answer answer) {
        return Future.succeededFuture(answer);
    }
}
