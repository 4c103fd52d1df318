package org.kamaelia.rest;

/** A request that is not served, and what its caller is told. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Refused(Problem problem) {
        super(problem.detail(), null, false, false); // an answer, not a fault: nobody reads its stack
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
