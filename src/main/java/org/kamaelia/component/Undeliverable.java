package org.kamaelia.component;

/** A message that holds something to release when it goes nowhere, such as a socket. */
public interface Undeliverable {
    /**
     * Called once, on the scheduler's thread, when the message was sent from an unlinked outbox or to
     * an ended component, or was still waiting when its receiver ended.
     */
    void undelivered();
}
