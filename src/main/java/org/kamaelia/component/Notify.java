package org.kamaelia.component;

/** A notice of a layer above, on a signal box. Axon's {@code notify}. */
public non-sealed interface Notify extends Signal {
    @Override
    default Kind kind() {
        return Kind.NOTICE;
    }
}
