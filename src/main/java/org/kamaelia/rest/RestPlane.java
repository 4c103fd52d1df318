package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Limits;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenPort;

/** The control plane over HTTP, as {@code openapi.yaml} describes it. Found by {@link java.util.ServiceLoader}. */
public final class RestPlane implements AdminPlane {

    static final String BASE_PATH = "/api/v1";

    private static final int LONGEST_FIRST_LINE = 4096;
    private static final long STOP_WITHIN_MS = 2000;
    private static final List<Integer> FOUND_BY_THE_ROUTER = List.of(400, 404, 405, 406, 413, 414, 415, 500);

    /** For the service loader. */
    public RestPlane() {}

    @Override
    public Future<Running> start(Vertx vertx, ControlPlane control, AdminOptions options) {
        Path tokenFile = options.auth().tokenFile();
        TokenFile tokens = tokenFile == null ? null : new TokenFile(vertx, tokenFile);
        Visitors visitors = new Visitors(vertx, options.limits());
        return vertx.executeBlocking(() -> {
                    Exposure.check(options);
                    return Contract.load();
                })
                .compose(contract -> readable(tokens)
                        .compose(ignored -> contract.open(vertx))
                        .map(routed -> router(vertx, control, options, contract, routed, new Guard(tokens), visitors)))
                .compose(router -> listen(vertx, router, options, visitors))
                .recover(failure -> Future.failedFuture(
                        failure instanceof InvalidOptions invalid
                                ? ControlFailure.invalid(invalid.under("/admin"))
                                : failure));
    }

    /** A token file with a fault is told at the start, and not to the first caller. */
    private static Future<?> readable(@Nullable TokenFile tokens) {
        return tokens == null ? Future.succeededFuture() : tokens.current();
    }

    private static Router router(
            Vertx vertx,
            ControlPlane control,
            AdminOptions options,
            Contract contract,
            OpenAPIContract routed,
            Guard guard,
            Visitors visitors) {
        Failures failures = new Failures(vertx);
        Router router = Router.router(vertx);
        FOUND_BY_THE_ROUTER.forEach(status -> router.errorHandler(status, context -> Failures.now(context, status)));
        router.route().failureHandler(failures);
        router.route().handler(context -> begin(vertx, context, options.limits(), visitors));
        router.route().handler(guard);
        new Probes(control, contract).mount(router);
        router.route(BASE_PATH + "/*")
                .handler(BodyHandler.create(false).setBodyLimit(options.limits().bodyBytes()))
                .subRouter(new Api(contract, routed, new Dispatch(control, routed)).router(vertx));
        router.route().handler(context -> context.fail(404));
        return router;
    }

    private static void begin(Vertx vertx, RoutingContext context, Limits limits, Visitors visitors) {
        HttpServerRequest request = context.request();
        request.response().putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff");
        long timer = vertx.setTimer(limits.requestTimeout().toMillis(), ignored -> {
            Problem late = request.isEnded()
                    ? Problem.of(Kind.UNAVAILABLE, "the operation takes too long to wait for: ask what became of it")
                    : Problem.of(Kind.REQUEST_TIMEOUT, "the request did not arrive in time");
            context.fail(late.refusal());
        });
        visitors.asked(request.connection());
        context.addEndHandler(ignored -> {
            vertx.cancelTimer(timer);
            visitors.answered(request.connection());
        });
        context.next();
    }

    private static Future<Running> listen(Vertx vertx, Router router, AdminOptions options, Visitors visitors) {
        HttpServer server = vertx.createHttpServer(serverOptions(options))
                .connectionHandler(visitors::connected)
                .invalidRequestHandler(RestPlane::notHttp)
                .requestHandler(router);
        return server.listen()
                .<Running>map(listening -> new Listening(listening, options))
                .recover(failure -> Future.failedFuture(cannotListen(failure, options)));
    }

    private static HttpServerOptions serverOptions(AdminOptions options) {
        Limits limits = options.limits();
        HttpServerOptions server = new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setReuseAddress(true)
                .setIdleTimeout((int) limits.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxInitialLineLength(LONGEST_FIRST_LINE)
                .setMaxHeaderSize(limits.headerBytes())
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
        Tls tls = options.tls();
        if (tls != null) {
            server.setSsl(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(tls.certificate().toString())
                            .addKeyPath(tls.key().toString()));
        }
        return server;
    }

    /** What Netty could not read as HTTP: no router has seen it. */
    private static void notHttp(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = switch (cause == null ? "" : cause.getClass().getSimpleName()) {
            case "TooLongHttpLineException" -> 414;
            case "TooLongHttpHeaderException" -> 431;
            default -> 400;
        };
        Problems.http(status).ifPresent(problem -> Failures.send(request, problem));
    }

    private static ControlFailure cannotListen(Throwable failure, AdminOptions options) {
        String place = "admin port " + options.port() + " on " + options.host();
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (ListenPort.isTaken(failure)) {
            return new ControlFailure(
                    Reason.PORT_TAKEN, place + " is taken: use another admin.port, or 0 for any free one", failure);
        }
        if (options.tls() != null && !(failure instanceof IOException)) {
            return new ControlFailure(
                    Reason.INVALID,
                    "admin.tls can't be used: " + message + " (certificate "
                            + options.tls().certificate() + ", key "
                            + options.tls().key() + ", both PEM)",
                    failure);
        }
        return new ControlFailure(Reason.CANNOT_BIND, place + " can't be had: " + message, failure);
    }

    private record Listening(HttpServer server, AdminOptions options) implements Running {

        @Override
        public int port() {
            return server.actualPort();
        }

        @Override
        public String host() {
            return options.host();
        }

        @Override
        public boolean secure() {
            return options.tls() != null;
        }

        @Override
        public Future<Void> stop() {
            return server.shutdown(STOP_WITHIN_MS, TimeUnit.MILLISECONDS);
        }
    }
}
