package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * A listener is in another state, or has other options.
 *
 * @param address what it listens on, or would
 * @param boundPort -1 while there is none
 * @param reason why, where there is more to say
 */
public record ListenerChanged(
        String listener,
        ListenerState state,
        String protocol,
        String address,
        int boundPort,
        @Nullable String reason) implements Event {}
