package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/** A socket has closed; {@link #reason()} tells how it died. Kamaelia's {@code socketShutdown}. */
public final class SocketShutdown extends ProducerFinished {
    private final Component adapter;

    /**
     * @param adapter the component that stood for the socket
     * @param howDied why the socket closed
     */
    public SocketShutdown(Component adapter, @Nullable Object howDied) {
        super(howDied);
        this.adapter = adapter;
    }

    /** The component that stood for the socket. */
    public Component adapter() {
        return adapter;
    }
}
