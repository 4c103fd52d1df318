package org.kamaelia.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The main class of a server's process: {@code ServerMain <peer> <service> <event loops> <upstream port>}. For each {@link
 * #ASK_HEAP} on standard input it collects its garbage and writes a line that begins with {@link #HEAP}.
 */
final class ServerMain {

    /** What the first line on standard output begins with; the port and the transport follow. */
    static final String LISTENING = "listening ";

    /** Asks for the live heap. */
    static final int ASK_HEAP = '?';

    /** What the answer begins with; the bytes follow. */
    static final String HEAP = "heap ";

    private ServerMain() {}

    public static void main(String[] arguments) {
        try {
            serve(List.of(arguments));
            System.exit(0);
        } catch (Throwable failed) {
            // The event loops would go on, and the load client wait for a line that never comes.
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(List<String> arguments) throws Exception {
        PrintStream announcement = System.out;
        // Nobody reads the pipe between answers: a server that logs to it would stop when it is full.
        System.setOut(System.err);
        EchoServer.Listening listening = Peer.labelled(arguments.get(0))
                .server()
                .listen(Duty.fromArguments(arguments.subList(1, arguments.size())));
        announcement.println(LISTENING + listening.port() + " " + listening.transport());
        answerUntilTheParentsEnd(announcement);
    }

    /** Standard input is a pipe from the load client: it ends when that process does, however it ends. */
    private static void answerUntilTheParentsEnd(PrintStream answers) throws IOException {
        for (int asked = System.in.read(); asked >= 0; asked = System.in.read()) {
            if (asked == ASK_HEAP) {
                answers.println(HEAP + liveHeap());
            }
        }
    }

    /** Also drops what an earlier collection left to be dropped. */
    private static long liveHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
