/**
 * The embedder's door: Kamaelia on a Vert.x of the caller's own, as an object or as a verticle, with a few types.
 *
 * <p>Neighbours: {@code control}, {@code observe} and what their signatures name, vertx-core. Not {@code rest}, not
 * {@code app}: this works without them.
 *
 * <p>Thread: callable from any; results are Futures.
 */
@NullMarked
package org.kamaelia;

import org.jspecify.annotations.NullMarked;
