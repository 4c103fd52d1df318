package org.kamaelia.rest;

import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;

/** Which problem a failure is. */
final class Problems {

    private static final Map<Reason, Kind> KINDS = Map.ofEntries(
            Map.entry(Reason.NOT_FOUND, Kind.NOT_FOUND),
            Map.entry(Reason.INVALID, Kind.INVALID_INPUT),
            Map.entry(Reason.PORT_TAKEN, Kind.PORT_TAKEN),
            Map.entry(Reason.CANNOT_BIND, Kind.CANNOT_BIND),
            Map.entry(Reason.RESTART_REQUIRED, Kind.RESTART_REQUIRED),
            Map.entry(Reason.DRAINING, Kind.DRAINING),
            Map.entry(Reason.WRONG_STATE, Kind.WRONG_STATE),
            Map.entry(Reason.STALE, Kind.STALE),
            Map.entry(Reason.NOT_STORED, Kind.NOT_STORED),
            Map.entry(Reason.NOT_ALLOWED, Kind.NOT_ALLOWED),
            Map.entry(Reason.GONE, Kind.GONE),
            Map.entry(Reason.NOT_DECLARED, Kind.NOT_DECLARED),
            Map.entry(Reason.BOX_FULL, Kind.BOX_FULL),
            Map.entry(Reason.UNAVAILABLE, Kind.UNAVAILABLE));

    private Problems() {}

    /**
     * What the caller is told. Empty for a fault of ours, of which the caller is told nothing.
     *
     * @param status what HTTP says, for failures that say nothing themselves
     */
    static Optional<Problem> of(Throwable failure, int status) {
        if (failure instanceof Refused refused) {
            return Optional.of(refused.problem());
        }
        if (failure instanceof ControlFailure control) {
            return Optional.of(control(control));
        }
        if (failure instanceof InvalidOptions invalid) {
            return Optional.of(
                    Problem.invalid(invalid.problems().stream().map(Fault::body).toList()));
        }
        if (failure instanceof HttpException http) {
            return http(http.getStatusCode());
        }
        return http(status);
    }

    /** What HTTP itself finds wrong, before any operation is asked. */
    static Optional<Problem> http(int status) {
        return switch (status) {
            case 404 ->
                Optional.of(Problem.of(Kind.NOT_FOUND, "there is no such path: /openapi.yaml tells which there are"));
            case 405 -> Optional.of(Problem.of(Kind.METHOD_NOT_ALLOWED, "this path does not know that method"));
            case 413 ->
                Optional.of(Problem.of(Kind.TOO_LARGE, "the body is longer than admin.limits.bodyBytes allows"));
            case 415 -> Optional.of(Problem.of(Kind.UNSUPPORTED_MEDIA_TYPE, "the body must be JSON"));
            case 503 -> Optional.of(Problem.of(Kind.UNAVAILABLE, "the server can't answer now: try again"));
            default -> status < 400 || status > 499 ? Optional.empty() : Optional.of(bad(status));
        };
    }

    /** The fault of ours, told without what is inside. */
    static Problem internal() {
        return Problem.of(Kind.INTERNAL, "a fault of this server: its log says more");
    }

    private static Problem bad(int status) {
        String detail = switch (status) {
            case 414 -> "the first line of the request is too long";
            case 417 -> "the only expectation known here is 100-continue";
            case 431 -> "the headers are longer than admin.limits.headerBytes allows";
            default -> "the request is not as HTTP wants it";
        };
        return new Problem(Kind.BAD_REQUEST, status, detail, List.of(), Map.of());
    }

    private static Problem control(ControlFailure failure) {
        Kind kind = KINDS.getOrDefault(failure.reason(), Kind.INTERNAL);
        Problem problem = Problem.of(kind, failure.message())
                .faults(failure.problems().stream().map(Fault::body).toList());
        if (failure.revision() != null) {
            problem = problem.header("ETag", Conditions.entityTag(failure.revision()));
        }
        Duration retry = failure.retryAfter();
        return retry == null ? problem : problem.header("Retry-After", seconds(retry));
    }

    /** Whole seconds, rounded up: earlier would be in vain. */
    static String seconds(Duration time) {
        return Long.toString(Math.max(1, (time.toMillis() + 999) / 1000));
    }
}
