package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.openapi.contract.OpenAPIContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Preflight;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenPort;

/** The control plane over HTTP, as {@code openapi.yaml} describes it. Found by {@link java.util.ServiceLoader}. */
public final class RestPlane implements AdminPlane {

    static final String BASE_PATH = "/api/v1";

    private static final int LONGEST_FIRST_LINE = 4096;
    private static final long STOP_WITHIN_MS = 2000;
    /** Answers to wrong tokens may hold such a part of what there is. */
    private static final int WAITING_OF_ALL = 4;

    private static final List<Integer> FOUND_BY_THE_ROUTER = List.of(400, 404, 405, 406, 413, 414, 415, 500);

    /** For the service loader. */
    public RestPlane() {}

    @Override
    public Future<Running> start(Vertx vertx, ControlPlane control, AdminOptions options) {
        Path tokenFile = options.auth().tokenFile();
        TokenFile tokens = tokenFile == null ? null : new TokenFile(vertx, tokenFile, control::tell);
        EventStreams streams = new EventStreams(
                vertx,
                control.happenings(),
                EventStreams.Bounds.within(options.limits().idleTimeout()));
        return vertx.executeBlocking(() -> {
                    Exposure.check(options);
                    return Contract.load();
                })
                .compose(contract -> readable(vertx, tokens)
                        .compose(ignored -> contract.open(vertx))
                        .compose(routed -> tls(control, options).compose(tls -> {
                            Visitors visitors = new Visitors(vertx, options.limits());
                            Requests requests = new Requests(vertx, options.limits(), visitors);
                            List<Handler<RoutingContext>> first = List.of(
                                    requests::arrive,
                                    WellFormed::endAfterChunks,
                                    guard(vertx, control, options, tokens, tls),
                                    requests::admit);
                            Router router = router(vertx, control, options.limits(), contract, routed, first, streams);
                            return listen(vertx, router, options, visitors, tls, tokens, streams);
                        })))
                .recover(failure -> Future.failedFuture(
                        failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }

    /**
     * Whether a plane could be started: whom it shows itself to, its tokens, its certificates. Blocks, and opens no port.
     *
     * @param certificates that listeners may name; null where they are not known
     * @return every fault of it
     */
    public static List<InvalidOptions.Problem> problems(
            Vertx vertx, AdminOptions options, @Nullable Certificates certificates) {
        Path tokenFile = options.auth().tokenFile();
        Preflight preflight = new Preflight().check("", "", () -> Exposure.check(options));
        if (tokenFile != null) {
            preflight.check("", "", () -> new TokenFile(vertx, tokenFile, told -> {}).read());
        }
        AdminOptions.Tls tls = options.tls();
        if (certificates != null && tls != null) {
            preflight.check("", "", () -> PlaneTls.check(certificates, tls, options.auth()));
        }
        return preflight.problems();
    }

    /** One with a fault fails the start, which tells of it: there is nobody yet whom an event would keep waiting. */
    private static Future<?> readable(Vertx vertx, @Nullable TokenFile tokens) {
        return tokens == null ? Future.succeededFuture() : vertx.executeBlocking(tokens::read);
    }

    private static Future<Optional<PlaneTls>> tls(ControlPlane control, AdminOptions options) {
        return options.tls() == null
                ? Future.succeededFuture(Optional.empty())
                : PlaneTls.load(control.certificates(), options.tls(), options.auth())
                        .map(Optional::of);
    }

    private static Guard guard(
            Vertx vertx,
            ControlPlane control,
            AdminOptions options,
            @Nullable TokenFile tokens,
            Optional<PlaneTls> tls) {
        AdminLimits limits = options.limits();
        ClientCertificates certificates = options.auth().clientCa() == null
                ? null
                : new ClientCertificates(tls.orElseThrow().server(), options.auth());
        int waiting = Math.max(1, Math.min(limits.connections(), limits.requests()) / WAITING_OF_ALL);
        return new Guard(
                vertx,
                new Credentials(tokens, certificates),
                new WrongTokens(waiting, System::nanoTime),
                new Rates(limits, System::nanoTime),
                new Knocks(vertx, Knocks.PAUSE, control::tell));
    }

    private static Router router(
            Vertx vertx,
            ControlPlane control,
            AdminLimits limits,
            Contract contract,
            OpenAPIContract routed,
            List<Handler<RoutingContext>> first,
            EventStreams streams) {
        Failures failures = new Failures(vertx);
        Router router = Router.router(vertx);
        FOUND_BY_THE_ROUTER.forEach(status -> router.errorHandler(status, context -> Failures.now(context, status)));
        router.route().failureHandler(failures);
        first.forEach(each -> router.route().handler(each));
        router.route().handler(RestPlane::requireDecodable);
        new Probes(control, contract).mount(router);
        router.route(BASE_PATH + "/events").handler(streams::handle);
        router.route(BASE_PATH + "/*").handler(Failures::bodyBegins);
        router.route(BASE_PATH + "/*").handler(BodyHandler.create(false).setBodyLimit(limits.bodyBytes()));
        router.route(BASE_PATH + "/*")
                .handler(Failures::bodyEnds)
                .subRouter(new Api(contract, routed, new Dispatch(control, routed)).router(vertx));
        router.route().handler(context -> context.fail(404));
        return router;
    }

    /** What a query can't be decoded for is told here: the API's own router would tell it in plain text. */
    private static void requireDecodable(RoutingContext context) {
        MultiMap unused = context.queryParams();
        context.next();
    }

    private static Future<Running> listen(
            Vertx vertx,
            Router router,
            AdminOptions options,
            Visitors visitors,
            Optional<PlaneTls> tls,
            @Nullable TokenFile tokens,
            EventStreams streams) {
        HttpServerOptions http = serverOptions(options);
        int revision = tls.map(PlaneTls::revision).orElse(0);
        tls.ifPresent(speaking -> speaking.into(http));
        HttpServer server = vertx.createHttpServer(http)
                .connectionHandler(visitors::connected)
                .invalidRequestHandler(RestPlane::notHttp)
                .requestHandler(new WellFormed(router));
        return server.listen()
                .<Running>map(listening -> {
                    tls.ifPresent(speaking -> speaking.keep(listening, revision));
                    if (tokens != null) {
                        tokens.watch();
                    }
                    return new Listening(listening, options, tls, tokens, streams);
                })
                .recover(failure -> {
                    tls.ifPresent(PlaneTls::stop);
                    return Future.failedFuture(cannotListen(failure, options));
                });
    }

    private static HttpServerOptions serverOptions(AdminOptions options) {
        AdminLimits limits = options.limits();
        return new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setReuseAddress(true)
                .setIdleTimeout((int) limits.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxInitialLineLength(LONGEST_FIRST_LINE)
                .setMaxHeaderSize(limits.headerBytes())
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
    }

    /** What Netty could not read as HTTP: no router has seen it. */
    private static void notHttp(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = switch (cause == null ? "" : cause.getClass().getSimpleName()) {
            case "TooLongHttpLineException" -> 414;
            case "TooLongHttpHeaderException" -> 431;
            default -> 400;
        };
        SafeHeaders.put(request);
        Problems.http(status).ifPresent(problem -> Failures.send(request, problem));
    }

    private static ControlFailure cannotListen(Throwable failure, AdminOptions options) {
        String place = "admin port " + options.port() + " on " + options.host();
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (ListenPort.isTaken(failure)) {
            return new ControlFailure(
                    Reason.PORT_TAKEN, place + " is taken: use another admin.port, or 0 for any free one", failure);
        }
        return new ControlFailure(Reason.CANNOT_BIND, place + " can't be had: " + message, failure);
    }

    private record Listening(
            HttpServer server,
            AdminOptions options,
            Optional<PlaneTls> tls,
            @Nullable TokenFile tokens,
            EventStreams streams)
            implements Running {

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
            return tls.isPresent();
        }

        @Override
        public Future<Void> stop() {
            tls.ifPresent(PlaneTls::stop);
            if (tokens != null) {
                tokens.stop();
            }
            streams.stop();
            return server.shutdown(STOP_WITHIN_MS, TimeUnit.MILLISECONDS);
        }
    }
}
