package org.kamaelia.eventloop;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * Lets connections go first where the plane's thread shares a core with theirs. A kernel gives each thread that is busy some
 * milliseconds before another one's turn; operators can wait that long, and connections should not.
 */
public final class Courtesy {
    /** Set on the threads for which others are to give way. */
    private static final FastThreadLocal<Boolean> NOT_HERE = new FastThreadLocal<>();

    private Courtesy() {}

    /** Connections are served on this thread, too: from now on it gives way to nobody. */
    static void notHere() {
        NOT_HERE.set(true);
    }

    /**
     * Lets other threads of this core run that want to. Costs less than a microsecond when none does; to be called every some
     * ten microseconds of work. Does nothing on a thread that serves connections.
     */
    @SuppressWarnings("ThreadPriorityCheck") // how soon others run is a matter of speed, not of what comes of it
    public static void giveWay() {
        if (NOT_HERE.get() == null) {
            Thread.yield();
        }
    }
}
