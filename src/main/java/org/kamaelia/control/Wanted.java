package org.kamaelia.control;

import java.util.Locale;

/** What an operator asked of a listener last. Where its state differs, something else stands in the way. */
enum Wanted {
    RUNNING,
    SUSPENDED,
    STOPPED;

    String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
