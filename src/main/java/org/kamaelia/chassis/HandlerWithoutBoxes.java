package org.kamaelia.chassis;

import org.kamaelia.component.Event;

/**
 * The handler of a connection had neither an inbox called {@code inbox} nor an outbox called {@code outbox}: it can't read what
 * the peer sends, nor answer. Told of the first such connection of a listener on each event loop.
 *
 * @param handler what the component is called
 * @param connection the connection's id
 * @param listener what it came through
 */
public record HandlerWithoutBoxes(String handler, String connection, String listener) implements Event {}
