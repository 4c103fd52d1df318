package org.kamaelia.bench;

import java.io.IOException;
import java.nio.channels.Selector;

/**
 * What leaves by the clock, whether that before it has come back or not. A latency counts from when it was due, so that a
 * server that stands still is charged with all that had to wait. For the thread of its {@link Clockwork}.
 */
interface PacedLoad extends AutoCloseable {

    /**
     * The first is due soon.
     *
     * @param selector calls the attached {@link Runnable} of a key that is ready
     * @param now as {@link System#nanoTime} has it
     * @param countFrom what is due from then on counts
     */
    void begin(Selector selector, long now, long countFrom) throws IOException;

    /** Lets leave what is due by now. */
    void leave(long now) throws IOException;

    /** Whether all has come back. */
    boolean isSettled();

    @Override
    void close() throws IOException;
}
