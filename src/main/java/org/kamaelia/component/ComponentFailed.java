package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * A component threw and has ended; everything else runs on. Also told of what a hook throws at a time
 * when its component is ending anyway.
 *
 * @param component what it calls itself
 * @param source the component, to be asked where it belongs while this is told: whoever keeps this keeps all that it
 *     holds on to; null for what its thread threw after its end
 * @param cause what it threw
 */
public record ComponentFailed(String component, @Nullable Component source, Throwable cause) implements Event {}
