package org.kamaelia.component;

/**
 * A component threw and has ended; everything else runs on. Also told of what a hook throws at a time
 * when its component is ending anyway.
 *
 * @param component what it calls itself
 * @param cause what it threw
 */
public record ComponentFailed(String component, Throwable cause) implements Event {}
