package org.kamaelia.component;

/** The destination is full and the message was not queued. Axon's {@code noSpaceInBox}. */
public final class NoSpaceInBox extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSpaceInBox(Box from, Inbox<?> to) {
        super(from + " leads to " + to + ", which is full (" + to.describeFill()
                + "); send when it has room, or use offer");
    }
}
