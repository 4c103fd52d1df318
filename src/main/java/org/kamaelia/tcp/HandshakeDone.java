package org.kamaelia.tcp;

import org.kamaelia.component.Notify;

/**
 * A connection and its peer speak TLS now, and it may be served: what an adapter tells its server out of
 * {@code CreatorFeedback}.
 */
record HandshakeDone(ConnectedSocketAdapter adapter) implements Notify {}
