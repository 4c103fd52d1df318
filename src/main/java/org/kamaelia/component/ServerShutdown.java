package org.kamaelia.component;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Stop serving: no new connection, and those that are there may finish. Kamaelia's {@code serverShutdown}. */
public final class ServerShutdown extends ShutdownMicroprocess {
    private final @Nullable Duration drainTimeout;
    private final @Nullable Duration closeTimeout;

    /** With the server's own timeouts. */
    public ServerShutdown() {
        this(null, null, null);
    }

    /**
     * @param drainTimeout how long connections may go on before their input ends; null for the
     *     server's own
     * @param closeTimeout how long they may take to finish after that before they are aborted; null
     *     for the server's own
     * @param reason why; null when there is nothing to say
     */
    public ServerShutdown(@Nullable Duration drainTimeout, @Nullable Duration closeTimeout, @Nullable Object reason) {
        super(reason);
        this.drainTimeout = drainTimeout;
        this.closeTimeout = closeTimeout;
    }

    public @Nullable Duration drainTimeout() {
        return drainTimeout;
    }

    public @Nullable Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * What this one and a later one of the same source ask for together: each timeout is the shorter, and
     * one that is named counts before the server's own.
     */
    ServerShutdown and(ServerShutdown later) {
        return new ServerShutdown(
                shorter(drainTimeout, later.drainTimeout),
                shorter(closeTimeout, later.closeTimeout),
                later.reason() == null ? reason() : later.reason());
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }

    @Override
    public Kind kind() {
        return Kind.SERVER_SHUTDOWN;
    }
}
