/**
 * Runs one scheduler on one Vert.x event loop, and lets components await a Future or block on a thread of their own.
 *
 * <p>Neighbours: {@code component}, vertx-core, and of Netty the event loop itself.
 *
 * <p>Thread: the event loop. Other threads come in by one door, which says so.
 */
@NullMarked
package org.kamaelia.eventloop;

import org.jspecify.annotations.NullMarked;
