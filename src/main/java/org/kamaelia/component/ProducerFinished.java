package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * Whoever sent this sends nothing more: finish what you hold, then pass it on. Kamaelia's {@code
 * producerFinished}.
 */
public sealed class ProducerFinished implements Signal permits SocketShutdown {
    private final @Nullable Object reason;

    public ProducerFinished() {
        this(null);
    }

    /**
     * @param reason why, for whoever records the end; null when there is nothing to say
     */
    public ProducerFinished(@Nullable Object reason) {
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
