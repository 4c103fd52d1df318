package org.kamaelia.control;

import java.util.Locale;

/** What a listener is doing, over all its event loops. */
public enum ListenerState {
    /** Not listening yet. */
    STARTING,
    /** Accepting connections. */
    LISTENING,
    /** Holds its port and accepts nobody until it is resumed. */
    SUSPENDED,
    /** Has given its port back; its connections come to their ends. */
    DRAINING,
    /** Has no port and no connections; can be started again. */
    STOPPED,
    /** Could not start, or lost its port; the reason says why. */
    FAILED,
    /** Accepts on some of its event loops only, or nobody for now, and tries on; the reason says why. */
    DEGRADED;

    /** The name in JSON. */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
