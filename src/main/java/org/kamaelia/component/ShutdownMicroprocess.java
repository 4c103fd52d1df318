package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/** Stop at once and pass it on. Kamaelia's {@code shutdownMicroprocess}. */
public sealed class ShutdownMicroprocess implements Signal permits ServerShutdown {
    private final @Nullable Object reason;

    public ShutdownMicroprocess() {
        this(null);
    }

    /**
     * @param reason why, for whoever records the end; null when there is nothing to say
     */
    public ShutdownMicroprocess(@Nullable Object reason) {
        this.reason = reason;
    }

    public final @Nullable Object reason() {
        return reason;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + (reason == null ? "" : "(" + reason + ")");
    }
}
