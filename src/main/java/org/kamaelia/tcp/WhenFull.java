package org.kamaelia.tcp;

import java.util.Locale;

/** What becomes of somebody who connects while {@code maxConnections} are open. */
public enum WhenFull {
    /** It is closed at once. */
    REJECT,
    /** It waits for a place, first come first served. */
    QUEUE;

    static final OptionType<WhenFull> TYPE = OptionType.word(
            "known",
            "\"reject\" or \"queue\"",
            json -> valueOf(json.toString().toUpperCase(Locale.ROOT)),
            WhenFull::toString);

    /** As operators see it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
