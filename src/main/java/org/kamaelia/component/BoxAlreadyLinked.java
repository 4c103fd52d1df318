package org.kamaelia.component;

/** A box has at most one destination. Axon's {@code BoxAlreadyLinkedToDestination}. */
public final class BoxAlreadyLinked extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BoxAlreadyLinked(Box from, Box to, Box wanted) {
        super(from + " already leads to " + to + "; unlink it before linking it to " + wanted);
    }
}
