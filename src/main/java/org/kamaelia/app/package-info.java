/**
 * The runnable server: from configuration to wiring, to a graceful stop.
 *
 * <p>Neighbours: everything.
 *
 * <p>Thread: {@code main} wires, waits for a signal, and stops what it started; the rest happens on event loops.
 */
@NullMarked
package org.kamaelia.app;

import org.jspecify.annotations.NullMarked;
