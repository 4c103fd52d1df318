package org.kamaelia.control;

import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.StepOverdue;

/**
 * What befell a component, with whose that is: looked for once, for all who tell of it.
 *
 * @param event a {@link ComponentFailed} or a {@link StepOverdue}
 */
public record Located(Event event, Belonging whose) implements Event {

    /** The same event with whose it is, where it is a component's; others as they are. On the threads of {@link Belonging#of}. */
    public static Event of(Event event) {
        if (event instanceof ComponentFailed failed) {
            return new Located(failed, Belonging.of(failed.source()));
        }
        return event instanceof StepOverdue overdue ? new Located(overdue, Belonging.of(overdue.source())) : event;
    }
}
