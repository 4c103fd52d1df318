package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.tcp.InvalidOptions;

/**
 * An answer that says what went wrong: RFC 9457.
 *
 * @param status of the kind, unless HTTP itself knows better
 * @param detail for the caller: what is wrong, and what to do about it
 * @param faults where to mend the input
 */
record Problem(Kind kind, int status, String detail, List<Fault> faults, Map<String, String> headers) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** What a program may tell apart. The contract describes each. */
    enum Kind {
        INVALID_INPUT(400, "Invalid input"),
        CANNOT_BIND(400, "Cannot bind"),
        UNAUTHENTICATED(401, "Unauthenticated"),
        FORBIDDEN(403, "Forbidden"),
        FOREIGN_REQUEST(403, "Foreign request"),
        NOT_ALLOWED(403, "Not allowed"),
        NOT_DECLARED(403, "Not declared"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        REQUEST_TIMEOUT(408, "Request timeout"),
        PORT_TAKEN(409, "Port taken"),
        RESTART_REQUIRED(409, "Restart required"),
        DRAINING(409, "Draining"),
        WRONG_STATE(409, "Wrong state"),
        GONE(409, "Gone"),
        BOX_FULL(409, "Box full"),
        STALE(412, "Stale"),
        TOO_LARGE(413, "Too large"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
        TOO_MANY_REQUESTS(429, "Too many requests"),
        BAD_REQUEST(400, "Bad request"),
        INTERNAL(500, "Internal error"),
        UNAVAILABLE(503, "Unavailable"),
        NOT_STORED(507, "Not stored");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }

        String type() {
            return ControlFailure.PROBLEM + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One thing to mend.
     *
     * @param in {@code pointer} into the body, or {@code parameter} by name, a header's too
     */
    record Fault(String in, String place, String detail) {

        static Fault body(InvalidOptions.Problem problem) {
            return new Fault("pointer", problem.pointer(), problem.detail());
        }

        /** Parameters are read as an object with a member for each: what follows the slash is the name. */
        static Fault parameter(InvalidOptions.Problem problem) {
            String pointer = problem.pointer();
            return new Fault("parameter", pointer.isEmpty() ? "" : pointer.substring(1), problem.detail());
        }

        JsonObject toJson() {
            return new JsonObject().put(in, place).put("detail", detail);
        }
    }

    static Problem of(Kind kind, String detail) {
        return new Problem(kind, kind.status(), detail, List.of(), Map.of());
    }

    /** The same with faults; their details are the problem's if it has no better one. */
    static Problem invalid(List<Fault> faults) {
        String detail = String.join("; ", faults.stream().map(Fault::detail).toList());
        return of(Kind.INVALID_INPUT, detail).faults(faults);
    }

    Problem faults(List<Fault> changed) {
        return new Problem(kind, status, detail, List.copyOf(changed), headers);
    }

    Problem header(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new Problem(kind, status, detail, faults, Map.copyOf(changed));
    }

    /** Thrown, it ends the request with this problem. */
    Refused refusal() {
        return new Refused(this);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("type", kind.type())
                .put("title", kind.title)
                .put("status", status)
                .put("detail", detail);
        if (!faults.isEmpty()) {
            json.put("errors", new JsonArray(faults.stream().map(Fault::toJson).toList()));
        }
        return json;
    }
}
