package org.kamaelia.component;

/** The destination is full and the message was not queued. Axon's {@code noSpaceInBox}. */
public final class NoSpaceInBox extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSpaceInBox(Box from, Inbox<?> to) {
        this(from, to.toString(), to.describeFill());
    }

    /**
     * For a queue that is no box but stands before one.
     *
     * @param to what it calls itself
     * @param fill how much of its bound is used, such as {@code 10 of 10 messages}
     */
    public NoSpaceInBox(Box from, String to, String fill) {
        super(from + " leads to " + to + ", which is full (" + fill + "); send when it has room, or use offer");
    }
}
