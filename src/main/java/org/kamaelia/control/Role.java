package org.kamaelia.control;

import java.util.Locale;
import org.kamaelia.tcp.InvalidOptions;

/** What a caller may do; each includes those before it. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Acts on listeners and connections. */
    OPERATOR,
    /** Changes the server itself. */
    ADMIN;

    /** The name in token files and the contract. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /**
     * The role of that name.
     *
     * @throws InvalidOptions for any other; it lists those there are
     */
    public static Role named(String word) {
        return Names.find("role", values(), Role::word, word);
    }
}
