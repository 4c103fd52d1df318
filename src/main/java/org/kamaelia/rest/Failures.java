package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Ends every request that failed, whoever let it fail, with its problem. */
final class Failures implements Handler<RoutingContext> {

    /** How long a caller may go on sending a body that nobody wants before it is cut off. */
    private static final long PATIENCE_MS = 2000;

    private final Vertx vertx;

    Failures(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return; // too late to say anything
        }
        Throwable failure = context.failure();
        int status = context.statusCode() < 0 ? 500 : context.statusCode();
        Problem problem = (failure == null ? Problems.http(status) : Problems.of(failure, status))
                .orElseGet(() -> ours(context, failure, status));
        afterBody(context.request(), () -> send(response, problem));
    }

    static void send(HttpServerResponse response, Problem problem) {
        if (response.ended() || response.headWritten()) {
            return;
        }
        problem.headers().forEach(response::putHeader);
        response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(problem.toJson().toBuffer().appendString("\n"));
    }

    /** A fault of this server goes where its faults go: to the context's exception handler, and so into the log. */
    private Problem ours(RoutingContext context, Throwable failure, int status) {
        String request = context.request().method() + " " + context.request().path();
        vertx.runOnContext(ignored -> {
            throw new IllegalStateException("answered " + status + " to " + request, failure);
        });
        return Problems.internal();
    }

    /**
     * Closing while the body still comes in would reset the connection, and take the answer with it: what is on its way is
     * discarded first, for a moment.
     */
    private void afterBody(HttpServerRequest request, Runnable send) {
        if (request.isEnded()) {
            send.run();
            return;
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            send.run(); // the caller waits for a word before it sends
            return;
        }
        long timer = vertx.setTimer(PATIENCE_MS, ignored -> send.run());
        request.exceptionHandler(ignored -> vertx.cancelTimer(timer));
        request.handler(discarded -> {}).endHandler(ignored -> {
            vertx.cancelTimer(timer);
            send.run();
        });
        request.resume();
    }
}
