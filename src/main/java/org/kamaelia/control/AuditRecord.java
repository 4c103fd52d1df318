package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One change, or an attempt at one. It holds no secret: see {@link Trail}.
 *
 * @param id grows with time within a process, and differs between processes
 * @param operation the contract's name for it; {@code shutDown} where only Java has it
 * @param target a listener's name, a connection's, operation's or component's id, a logger's name; null for what has none
 * @param problem the type of what it was answered with, a URN; null for what was done
 * @param input what was asked for beside the target; null where that says nothing more, or could not be read. Of what was
 *     not done it is no longer than {@value Trail#LONGEST_IN_VAIN} characters, or {@code cut} has that much of it
 * @param before the target as it was; null where there was none, or it was never looked at
 * @param after the target as it became; null where there is none any more, or nothing has changed
 */
public record AuditRecord(
        String id,
        Instant at,
        Caller caller,
        String operation,
        @Nullable String target,
        Outcome outcome,
        @Nullable String problem,
        @Nullable JsonObject input,
        @Nullable JsonObject before,
        @Nullable JsonObject after) {

    /** The same without what was asked and changed, which may be large. */
    AuditRecord withoutBodies() {
        return new AuditRecord(id, at, caller, operation, target, outcome, problem, null, null, null);
    }

    /** The same with what was asked and changed as {@link #toJson} has it. */
    AuditRecord withBodies(JsonObject json) {
        return new AuditRecord(
                id,
                at,
                caller,
                operation,
                target,
                outcome,
                problem,
                json.getJsonObject("input"),
                json.getJsonObject("before"),
                json.getJsonObject("after"));
    }

    /** How it went. */
    public enum Outcome {
        /** It was done, or has begun. */
        DONE,
        /** For its caller's role, its input, or the state of things. */
        REFUSED,
        /** By a fault of this server. */
        FAILED;

        /** The name in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As it stands in the file, in answers and in {@code openapi.yaml}. */
    public JsonObject toJson() {
        return facts().put("input", input).put("before", before).put("after", after);
    }

    /** Everything but what was asked for and what it concerned. */
    public JsonObject facts() {
        return new JsonObject()
                .put("id", id)
                .put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("who", caller.name())
                .put("role", caller.role().word())
                .put("door", caller.door().word())
                .put("from", caller.from())
                .put("operation", operation)
                .put("target", target)
                .put("outcome", outcome.word())
                .put("problem", problem);
    }
}
