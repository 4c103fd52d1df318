package org.kamaelia.chassis;

import org.kamaelia.component.Component;

/** A component that others rely on has thrown, which has ended what it was a part of. */
public final class PartFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PartFailed(Component part, Throwable cause) {
        super("the part " + part + " failed: " + cause, cause);
    }
}
