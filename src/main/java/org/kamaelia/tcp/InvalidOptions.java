package org.kamaelia.tcp;

import java.util.List;
import java.util.stream.Collectors;

/** Input that whoever gave it must mend. It tells every problem at once, each with its place and the remedy. */
public final class InvalidOptions extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * One thing to mend.
     *
     * @param pointer a JSON pointer (RFC 6901) to the value at fault; empty for the whole document
     * @param detail one line: the option, the value given, and what is accepted
     */
    public record Problem(String pointer, String detail) {

        /** The same problem in a document that holds this one at {@code prefix}. */
        Problem under(String prefix) {
            return new Problem(prefix + pointer, detail);
        }
    }

    private final transient List<Problem> problems;

    public InvalidOptions(List<Problem> problems) {
        super(problems.stream().map(Problem::detail).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public InvalidOptions(String pointer, String detail) {
        this(List.of(new Problem(pointer, detail)));
    }

    /** At least one; unknown options come after the known ones of their object. */
    public List<Problem> problems() {
        return problems;
    }

    /** The same problems, told from a document that holds this one at {@code pointerPrefix}, such as {@code "/listeners/0"}. */
    public InvalidOptions under(String pointerPrefix) {
        return new InvalidOptions(
                problems.stream().map(problem -> problem.under(pointerPrefix)).collect(Collectors.toList()));
    }
}
