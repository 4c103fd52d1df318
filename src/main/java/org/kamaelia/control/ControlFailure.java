package org.kamaelia.control;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;

/** An operation that was not done, and why. The message is for the operator: one line, with the remedy where there is one. */
public final class ControlFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, in a form that a program can act on. */
    public enum Reason {
        /** There is nothing of that name or id, or no longer. */
        NOT_FOUND,
        /** The input cannot be right. */
        INVALID,
        /** Somebody else listens there. */
        PORT_TAKEN,
        /** The address is not this host's, or the system forbids it. */
        CANNOT_BIND,
        /** A running listener can't take that change. */
        RESTART_REQUIRED,
        /** The listener is on its way out; try again when it is gone. */
        DRAINING,
        /** The operation makes no sense in the present state. */
        WRONG_STATE,
        /** The listener has changed since it was looked at. */
        STALE,
        /** The change could not be written to the state directory, and was not made. */
        NOT_STORED,
        /** The configured policy forbids it. */
        NOT_ALLOWED,
        /** The connection has closed, or the component has ended. */
        GONE,
        /** The box is not one that takes messages of operators. */
        NOT_DECLARED,
        /** The box has no room for a message. */
        BOX_FULL,
        /** The server is shutting down or overloaded. */
        UNAVAILABLE;

        /** The type of the problem that tells it, a URN. */
        public String problem() {
            String word = this == INVALID
                    ? "invalid-input"
                    : name().toLowerCase(Locale.ROOT).replace('_', '-');
            return PROBLEM + word;
        }
    }

    /** What the types of all problems begin with. */
    public static final String PROBLEM = "urn:kamaelia:problem:";

    private final Reason reason;
    private final transient List<Problem> problems;
    private final transient @Nullable Duration retryAfter;
    private final @Nullable String revision;

    private ControlFailure(
            Reason reason,
            String message,
            List<Problem> problems,
            @Nullable Duration retryAfter,
            @Nullable String revision,
            @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.problems = List.copyOf(problems);
        this.retryAfter = retryAfter;
        this.revision = revision;
    }

    public ControlFailure(Reason reason, String message) {
        this(reason, message, List.of(), null, null, null);
    }

    /** The same failure for a cause that is worth a line in the log. */
    public ControlFailure(Reason reason, String message, Throwable cause) {
        this(reason, message, List.of(), null, null, cause);
    }

    /** A failure that one member of the input is to blame for. */
    public static ControlFailure at(String pointer, Reason reason, String message) {
        return new ControlFailure(reason, message, List.of(new Problem(pointer, message)), null, null, null);
    }

    /** A change that was made for another revision than the present one, which is null where there is no listener. */
    static ControlFailure stale(String message, @Nullable String present) {
        return new ControlFailure(Reason.STALE, message, List.of(), null, present, null);
    }

    /** Input that cannot be right, as its options tell. */
    public static ControlFailure invalid(InvalidOptions options) {
        String message = options.getMessage() == null ? "the input is invalid" : options.getMessage();
        return new ControlFailure(Reason.INVALID, message, options.problems(), null, null, options);
    }

    /** The same failure, with a time after which trying again makes sense. */
    public ControlFailure retryAfter(Duration time) {
        return new ControlFailure(reason, message(), problems, time, revision, getCause());
    }

    /** The same failure, told where it is not plain what it is about: {@code "listener echo"}. */
    public ControlFailure of(String subject) {
        List<Problem> told = problems.stream()
                .map(problem -> new Problem(problem.pointer(), subject + ": " + problem.detail()))
                .toList();
        return new ControlFailure(reason, subject + ": " + message(), told, retryAfter, revision, getCause());
    }

    public Reason reason() {
        return reason;
    }

    /** The message, which is always there. */
    public String message() {
        String message = getMessage();
        return message == null ? reason.name() : message;
    }

    /** Which members of the input are to blame; empty where none is. */
    public List<Problem> problems() {
        return problems;
    }

    /** When to try again; null where that would not help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The listener's present revision; null unless that is what the failure is about. */
    public @Nullable String revision() {
        return revision;
    }
}
