package org.kamaelia.tcp;

/**
 * A connection's adapter has ended. Kamaelia's {@code shutdownCSA}.
 *
 * @param adapter the adapter; its {@link ConnectedSocketAdapter#closeCause()} tells why
 */
public record ShutdownCsa(ConnectedSocketAdapter adapter) implements ConnectionNotice {}
