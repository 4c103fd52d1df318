package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * Something of an application's failed, as far as it can be kept: what was thrown may hold on to anything.
 *
 * @param component what it is called; null where there was none yet
 * @param componentId null where there is none, or it can't be told
 * @param connection null where none is concerned, or it can't be told
 * @param listener of the connection, or of the component
 * @param failure what was thrown, in words
 */
public record Fault(
        @Nullable String component,
        @Nullable String componentId,
        @Nullable String connection,
        @Nullable String listener,
        String failure)
        implements Event {}
