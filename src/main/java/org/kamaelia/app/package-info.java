/**
 * The runnable server: from configuration to wiring, to a graceful stop.
 *
 * <p>Neighbours: everything.
 *
 * <p>Thread: {@code main} wires and then leaves; the rest happens on event loops.
 */
@NullMarked
package org.kamaelia.app;

import org.jspecify.annotations.NullMarked;
