package org.kamaelia.chassis;

import org.kamaelia.component.Event;

/**
 * A connection got no handler and was closed: making or linking it threw.
 *
 * @param connection the connection's id
 * @param listener what it came through
 * @param cause what was thrown
 */
public record HandlerRefused(String connection, String listener, Throwable cause) implements Event {}
