package org.kamaelia.control;

/** Whether somebody still waits for an answer: a look at everything that nobody waits for any more ends early. Any thread. */
@FunctionalInterface
public interface Interest {

    /** Of somebody who waits however long it takes. */
    Interest LASTING = () -> false;

    /** Asked between the pieces of what is done; it must not block, and once true it stays so. */
    boolean isLost();
}
