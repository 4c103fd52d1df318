package org.kamaelia.control;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * A step took longer than it may, as far as that can be kept: without the component.
 *
 * @param component what it is called; null for work that came in from outside, and so are the next three
 * @param componentId null where it can't be told
 * @param connection whom the component belongs to; null for none
 * @param listener whom the component belongs to; null for none
 * @param since how long it had been under way, at least
 * @param where what its thread was doing, innermost call first
 */
public record StepHeldUp(
        @Nullable String component,
        @Nullable String componentId,
        @Nullable String connection,
        @Nullable String listener,
        Duration since,
        List<StackTraceElement> where)
        implements Event {}
