package org.kamaelia.app;

import java.util.List;

/** The configuration or the command line is wrong: one line for each thing that the user must mend. */
final class ConfigurationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigurationFailure(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    ConfigurationFailure(String problem) {
        this(List.of(problem));
    }

    /** Sentences without a line break, each saying where and what. */
    List<String> problems() {
        return problems;
    }
}
