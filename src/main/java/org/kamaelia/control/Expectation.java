package org.kamaelia.control;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which revision of a listener a change was made for. It is held against the present one in the listener's turn: of two
 * changes that expect the same revision and lead to another, one is made and the other refused.
 *
 * @param wanted the present revision must be among these; null to take any, or none
 * @param unwanted the present revision must not be among these; null to take any, or none
 */
public record Expectation(
        @Nullable Revisions wanted, @Nullable Revisions unwanted) {

    /** Whatever there is. */
    public static final Expectation NONE = new Expectation(null, null);

    /**
     * Some revisions.
     *
     * @param any whatever revision there is; none is then named
     */
    public record Revisions(boolean any, Set<String> named) {

        /** Every listener that there is. */
        public static final Revisions ANY = new Revisions(true, Set.of());

        public Revisions {
            named = Set.copyOf(named);
        }

        public static Revisions of(Set<String> named) {
            return new Revisions(false, named);
        }

        boolean has(@Nullable String revision) {
            return revision != null && (any || named.contains(revision));
        }
    }

    /** There is no listener of that name yet. */
    public static Expectation absent() {
        return new Expectation(null, Revisions.ANY);
    }

    /** The listener is as it was at that revision. */
    public static Expectation revision(String revision) {
        return new Expectation(Revisions.of(Set.of(revision)), null);
    }

    /** Whether the revision, null where there is no listener, is one that is expected. */
    public boolean isMetBy(@Nullable String revision) {
        return (wanted == null || wanted.has(revision)) && (unwanted == null || !unwanted.has(revision));
    }

    /**
     * Lets a revision pass that is expected.
     *
     * @param present null where there is no listener
     * @throws ControlFailure {@link ControlFailure.Reason#STALE}
     */
    public void check(String name, @Nullable String present) {
        if (isMetBy(present)) {
            return;
        }
        String listener = "listener \"" + name + "\" ";
        if (present == null) {
            throw ControlFailure.stale(
                    listener + "is not there, and a revision of it is expected: create it without", null);
        }
        String is = listener + "is there, at revision " + present;
        throw ControlFailure.stale(
                wanted == null
                        ? is + ", which is one that must not be: read it, and say which revision to change"
                        : is + ", and not at " + String.join(" or ", wanted.named())
                                + ": read what has changed, then name the present revision",
                present);
    }
}
