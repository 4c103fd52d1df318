package org.kamaelia.component;

/** What became of something that came in from another thread. */
public enum Outcome {
    /** It is in the box, or done. */
    DELIVERED,
    /** The box, or the {@link Ingress}, is full; nothing was queued. */
    FULL,
    /** The component has ended. */
    GONE,
    /** The scheduler has stopped. */
    STOPPED
}
