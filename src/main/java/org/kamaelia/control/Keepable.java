package org.kamaelia.control;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.HandlerRefused;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.StepOverdue;

/** Makes of events what can be kept of them: names in place of what holds on to anything. */
final class Keepable {
    private static final int LONGEST = 1_000;

    private Keepable() {}

    /**
     * The same event, or what stands for it; while it is told, on the thread on which it is.
     *
     * @param ids what a component is called outside; null for one that cannot be asked for
     */
    static Event of(Event event, Function<Component, @Nullable String> ids) {
        if (Located.of(event) instanceof Located located) {
            return of(located.event(), located.whose(), ids);
        }
        if (event instanceof HandlerRefused refused) {
            return new Fault(null, null, refused.connection(), refused.listener(), told(refused.cause()));
        }
        if (event instanceof AuditLost lost) {
            return new AuditLost(lost.file(), ""); // its line is the log's, and may be long
        }
        return event instanceof Audited audited ? new Audited(audited.entry().withoutBodies()) : event;
    }

    private static Event of(Event event, Belonging whose, Function<Component, @Nullable String> ids) {
        if (event instanceof ComponentFailed failed) {
            return new Fault(
                    failed.component(),
                    id(failed.source(), ids),
                    whose.connection(),
                    whose.listener(),
                    told(failed.cause()));
        }
        if (event instanceof StepOverdue overdue) {
            return new StepHeldUp(
                    overdue.component(),
                    id(overdue.source(), ids),
                    whose.connection(),
                    whose.listener(),
                    overdue.since(),
                    overdue.where());
        }
        return event;
    }

    private static @Nullable String id(@Nullable Component component, Function<Component, @Nullable String> ids) {
        return component == null ? null : ids.apply(component);
    }

    private static String told(Throwable cause) {
        String words = cause.toString();
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "...";
    }
}
