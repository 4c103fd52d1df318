package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.HandlerRefused;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;

/**
 * Something of an application's failed, as far as it can be kept: what was thrown may hold on to anything.
 *
 * @param component null where there was none yet
 * @param connection null where none is concerned, or it can't be told
 * @param listener of the connection
 * @param failure what was thrown, in words
 */
public record Fault(
        @Nullable String component,
        @Nullable String connection,
        @Nullable String listener,
        String failure) implements Event {

    private static final int LONGEST = 1_000;

    /** The same event without what it holds on to. */
    static Event keepable(Event event) {
        if (event instanceof ComponentFailed failed) {
            return new Fault(failed.component(), null, null, told(failed.cause()));
        }
        if (event instanceof HandlerRefused refused) {
            return new Fault(null, refused.connection(), refused.listener(), told(refused.cause()));
        }
        if (event instanceof AuditLost lost) {
            return new AuditLost(lost.file(), ""); // its line is the log's, and may be long
        }
        return event instanceof Audited audited ? new Audited(audited.entry().withoutBodies()) : event;
    }

    private static String told(Throwable cause) {
        String words = cause.toString();
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "...";
    }
}
