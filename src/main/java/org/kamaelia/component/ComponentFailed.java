package org.kamaelia.component;

/**
 * A component threw and has ended; everything else runs on.
 *
 * @param component what it calls itself
 * @param cause what it threw
 */
public record ComponentFailed(String component, Throwable cause) implements Event {}
