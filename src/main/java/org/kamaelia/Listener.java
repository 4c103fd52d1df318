package org.kamaelia;

import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerView;

/** A listener that the embedder has started. Any thread. */
public final class Listener {
    private final ControlPlane control;
    private final String name;
    private final int port;

    Listener(ControlPlane control, String name, int port) {
        this.control = control;
        this.name = name;
        this.port = port;
    }

    /** What operators call it by. */
    public String name() {
        return name;
    }

    /** The port it listens on, the real one where any was asked for. */
    public int port() {
        return port;
    }

    /** How it is now. */
    public Future<ListenerView> view() {
        return control.listener(name);
    }

    /**
     * Gives the port back and lets the connections drain.
     *
     * @param drainTimeout how long they may go on; null for the listener's own
     * @return when nothing listens on the port any more
     */
    public Future<Void> stop(@Nullable Duration drainTimeout) {
        return control.control(name, ListenerCommand.SERVER_SHUTDOWN, drainTimeout)
                .mapEmpty();
    }

    /** Its name and where it listens. */
    @Override
    public String toString() {
        return "listener " + name + (port < 0 ? "" : " on port " + port);
    }
}
