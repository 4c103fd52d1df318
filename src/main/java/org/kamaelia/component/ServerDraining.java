package org.kamaelia.component;

import java.time.Duration;

/**
 * The server that a handler serves for is going away: finish soon, start nothing long. Ignoring it is
 * allowed; the input then ends by itself.
 *
 * @param drainTimeout how long until the input ends
 */
public record ServerDraining(Duration drainTimeout) implements Signal {
    @Override
    public Kind kind() {
        return Kind.DRAINING;
    }
}
