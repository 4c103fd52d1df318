/**
 * What a listener can speak: the protocol interface and the protocols that ship with it, found by name.
 *
 * <p>Neighbours: {@code chassis} and the layers under it, vertx-core.
 *
 * <p>Thread: a protocol is looked up on any thread; what it opens runs on its connection's event loop.
 */
@NullMarked
package org.kamaelia.protocol;

import org.jspecify.annotations.NullMarked;
