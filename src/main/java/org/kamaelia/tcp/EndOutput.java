package org.kamaelia.tcp;

import org.kamaelia.component.EndInput;
import org.kamaelia.component.Notify;

/**
 * To a socket adapter, from whoever serves it: what was sent before is the last. It is sent, then the sending
 * side is shut down, so that the peer sees the end of the stream; what the peer sends still comes. The
 * counterpart of {@link EndInput}.
 */
public enum EndOutput implements Notify {
    END_OUTPUT
}
