package org.kamaelia.bench;

import java.io.IOException;
import java.io.PrintStream;

/** The main class of a server's process: {@code ServerMain <peer> <event loops>}. */
final class ServerMain {

    /** What the first line on standard output begins with; the port and the transport follow. */
    static final String LISTENING = "listening ";

    private ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream announcement = System.out;
        // Nobody reads the pipe after the first line: a server that logs to it would stop when it is full.
        System.setOut(System.err);
        EchoServer.Listening listening = Peer.labelled(arguments[0]).server().listen(Integer.parseInt(arguments[1]));
        announcement.println(LISTENING + listening.port() + " " + listening.transport());
        waitForTheParentsEnd();
        System.exit(0);
    }

    /** Standard input is a pipe from the load client: it ends when that process does, however it ends. */
    private static void waitForTheParentsEnd() throws IOException {
        while (System.in.read() >= 0) {
            // whatever it says, it is still there
        }
    }
}
