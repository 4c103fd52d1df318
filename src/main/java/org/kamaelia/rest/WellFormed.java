package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.kamaelia.rest.Problem.Kind;

/**
 * Lets only those requests pass that everybody reads alike. A proxy in front of this server that takes a path, or the end of a
 * body, for something else than this server does would let through what it is there to stop.
 */
final class WellFormed implements Handler<HttpServerRequest> {

    private static final String METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT";
    private static final Set<HttpMethod> NEVER = Set.of(HttpMethod.TRACE, HttpMethod.CONNECT);

    /** What a router, or a proxy, might take for another path: empty segments, dots, and slashes in disguise. */
    private static final Pattern AMBIGUOUS =
            Pattern.compile("//|/(?:\\.|%2[eE]){1,2}(?:/|$)|%2[fF]|\\\\|%5[cC]|%[01][0-9a-fA-F]|%7[fF]");

    private final Handler<HttpServerRequest> next;

    /** @param next the router, that would answer some of the others by itself */
    WellFormed(Handler<HttpServerRequest> next) {
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        SafeHeaders.put(request);
        fault(request).ifPresentOrElse(problem -> Failures.send(request, problem), () -> next.handle(request));
    }

    private static Optional<Problem> fault(HttpServerRequest request) {
        if (NEVER.contains(request.method())) {
            return Optional.of(
                    Problem.of(Kind.METHOD_NOT_ALLOWED, "the method " + request.method() + " is of no use here")
                            .header("Allow", METHODS));
        }
        if (!request.uri().startsWith("/")) {
            return malformed("the request's target must be a path as in /api/v1/listeners: there is no proxy here");
        }
        if (AMBIGUOUS.matcher(request.path()).find()) {
            return malformed("the path must be plain: without //, . or .. between slashes, or \\, %2F and control"
                    + " characters");
        }
        int hosts = request.headers().getAll(HttpHeaders.HOST).size();
        if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
            return malformed("there must be one Host header, and there are " + hosts);
        }
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean chunked = codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
        return codings.isEmpty() || (chunked && request.version() == HttpVersion.HTTP_1_1)
                ? Optional.empty()
                : malformed("the only Transfer-Encoding known here is chunked, once, in HTTP/1.1");
    }

    /**
     * A body in chunks is the last thing that its connection is good for. The HTTP decoder drops a length that stands beside
     * the chunks without a word: what follows may be the body's rest to whoever sent it, and must not be the next request.
     */
    static void endAfterChunks(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.addEndHandler(ended -> request.connection().close());
        }
        context.next();
    }

    private static Optional<Problem> malformed(String detail) {
        return Optional.of(Problem.of(Kind.BAD_REQUEST, detail));
    }
}
