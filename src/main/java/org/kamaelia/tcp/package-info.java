/**
 * Sockets as components: the TCP server, one adapter per connection, readiness, the client, and why a connection closed.
 *
 * <p>Neighbours: {@code component}, {@code eventloop}, vertx-core, and Netty where Vert.x has no API.
 *
 * <p>Thread: the event loop that the socket belongs to.
 */
@NullMarked
package org.kamaelia.tcp;

import org.jspecify.annotations.NullMarked;
