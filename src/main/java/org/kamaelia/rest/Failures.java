package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Ends every request that failed, whoever let it fail, with its problem. */
final class Failures implements Handler<RoutingContext> {

    /** How long a caller may go on sending a body that nobody wants before it is cut off. */
    private static final long PATIENCE_MS = 2000;

    private static final String READING_BODY = Failures.class.getName() + ".readingBody";

    private final Vertx vertx;

    Failures(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.response().closed()) {
            return; // the caller has gone, and that is no fault of anybody's
        }
        Requests.settle(context); // what is left of its body takes nobody's place
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        Throwable failure = context.failure();
        Optional<Problem> told = failure == null ? Problems.http(status) : Problems.of(failure, status);
        if (told.isEmpty() && context.get(READING_BODY) != null) {
            now(context, 400); // nothing of ours runs meanwhile: the body itself is broken
            return;
        }
        Problem problem = told.orElseGet(() -> ours(request, failure));
        afterBody(request, () -> send(request, problem));
    }

    /** From here on it is the body's fault if something fails. */
    static void bodyBegins(RoutingContext context) {
        context.put(READING_BODY, true).next();
    }

    /** From here on it is not. */
    static void bodyEnds(RoutingContext context) {
        context.remove(READING_BODY);
        context.next();
    }

    /** Ends a request that came to no route, or not through it, with what HTTP says of it. */
    static void now(RoutingContext context, int status) {
        send(context.request(), Problems.http(status).orElseGet(Problems::internal));
    }

    /** Where the body is still on its way the connection is of no more use. */
    static void send(HttpServerRequest request, Problem problem) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        problem.headers().forEach(response::putHeader);
        response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        boolean last = !request.isEnded();
        if (last) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(problem.toJson().toBuffer().appendString("\n")).onComplete(sent -> {
            if (last) {
                request.connection().close();
            }
        });
    }

    /** A fault of this server goes where its faults go: to the context's exception handler, and so into the log. */
    private Problem ours(HttpServerRequest request, Throwable failure) {
        String what = request.method() + " " + request.path();
        vertx.runOnContext(ignored -> {
            throw new IllegalStateException("could not serve " + what, failure);
        });
        return Problems.internal();
    }

    /**
     * Closing while the body still comes in would reset the connection, and take the answer with it: what is on its way is
     * discarded first, for a moment.
     */
    private void afterBody(HttpServerRequest request, Runnable send) {
        // whoever asks for leave to send waits for a word first
        if (request.isEnded() || request.headers().contains(HttpHeaders.EXPECT)) {
            send.run();
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
