package org.kamaelia.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What the load client does to one server: the part of a case that a new case usually brings.
 *
 * <p>A closed loop: the next operation begins when the one before it has ended. It finds what a server can do when it is
 * never idle, and its latencies are those at that load; they say nothing of a server with time to spare.
 */
interface Load {

    /**
     * Works through the {@link Meter}'s phases on the calling thread and leaves no connection open.
     *
     * @throws IOException if the load itself cannot go on; what goes wrong on one connection is counted by the meter
     */
    void run(InetSocketAddress server, Meter meter) throws IOException;
}
