/**
 * Wiring that others reuse: the pairing of connections with protocol handlers, pipelines, graphlines.
 *
 * <p>Neighbours: {@code component}, {@code eventloop}, {@code tcp}, vertx-core.
 *
 * <p>Thread: the event loop of the components that are wired.
 */
@NullMarked
package org.kamaelia.chassis;

import org.jspecify.annotations.NullMarked;
