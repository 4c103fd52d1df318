/**
 * Kamaelia's Axon: components, their boxes and linkages, the scheduler and its clock. No Vert.x, no sockets, no threads.
 *
 * <p>Neighbours: the JDK alone.
 *
 * <p>Thread: everything here is confined to whoever drives the scheduler; a type that another thread may touch says so.
 */
@NullMarked
package org.kamaelia.component;

import org.jspecify.annotations.NullMarked;
