package org.kamaelia.tcp;

import org.kamaelia.component.Notify;

/** What a {@link TcpServer} takes on {@code control} beside {@code ServerShutdown}. */
public enum ServerControl implements Notify {
    /** Accept nobody for now; connections go on. */
    SUSPEND,
    /** Accept again. */
    RESUME,
    /** The port's options are others now. */
    OPTIONS_CHANGED,
    /** While draining: let the connections that are left go on without a limit, until the next shutdown. */
    KEEP_CONNECTIONS
}
