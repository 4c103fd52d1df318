/**
 * Wiring that others reuse: the pairing of connections with protocol handlers, pipelines, graphlines,
 * carousels, a server of one client at a time, read timeouts.
 *
 * <p>Neighbours: {@code component}, {@code eventloop}, {@code tcp}, vertx-core.
 *
 * <p>Thread: the event loop of the components that are wired.
 */
@NullMarked
package org.kamaelia.chassis;

import org.jspecify.annotations.NullMarked;
