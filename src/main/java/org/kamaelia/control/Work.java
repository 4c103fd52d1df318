package org.kamaelia.control;

/**
 * Something to do on an event loop that is too long to be done in one go. On the scheduler's thread.
 *
 * @param <R> what comes of it
 */
interface Work<R> {
    /** Does the next piece, some microseconds' worth; true if there is more to do. */
    boolean piece();

    /** What has come of it, perhaps before all is done: when the event loop stops nothing is left to do. */
    R result();
}
