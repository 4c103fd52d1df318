/**
 * The operations, without HTTP: listeners that span event loops, connections, drains and bulk closes.
 *
 * <p>Neighbours: {@code protocol} and the layers under it, vertx-core.
 *
 * <p>Thread: callable from any; results are Futures.
 */
@NullMarked
package org.kamaelia.control;

import org.jspecify.annotations.NullMarked;
