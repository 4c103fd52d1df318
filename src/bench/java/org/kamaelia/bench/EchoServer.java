package org.kamaelia.bench;

/** A server as a benchmark sees it: something that listens on loopback, and echoes, until its process ends. */
@FunctionalInterface
interface EchoServer {

    /** The one address every peer binds, so that a benchmark never opens a port to the network. */
    String HOST = "127.0.0.1";

    /**
     * Starts the server on a free port of {@link #HOST} and returns once it accepts. Called once in a process, on its main
     * thread; nothing stops it but that process's end.
     */
    Listening listen(Duty duty) throws Exception;

    /** Where a server listens, and the transport it really got, which the results name. */
    record Listening(int port, String transport) {}
}
