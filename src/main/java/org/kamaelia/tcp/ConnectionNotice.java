package org.kamaelia.tcp;

import org.kamaelia.component.Notify;

/** What a {@link TcpServer} tells about its connections out of {@code protocolHandlerSignal}. */
public sealed interface ConnectionNotice extends Notify permits NewCsa, ShutdownCsa {
    /** The connection's component. */
    ConnectedSocketAdapter adapter();
}
