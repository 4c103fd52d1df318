package org.kamaelia.component;

/** One bounded piece of work; it never blocks and never loops until something from outside happens. */
@FunctionalInterface
public interface Step {
    /** Runs once, on the scheduler's thread, and says what is to happen next. */
    Next step();
}
