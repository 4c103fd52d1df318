package org.kamaelia.component;

/** The time that deadlines are measured by: nanoseconds from any origin, never going back. */
@FunctionalInterface
public interface Clock {
    /** The machine's monotonic clock. */
    Clock SYSTEM = System::nanoTime;

    /** Now, in nanoseconds; only differences mean anything. */
    long nanoTime();
}
