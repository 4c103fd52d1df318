package org.kamaelia.eventloop;

/**
 * Lets connections go first where the plane's thread shares a core with theirs. A kernel gives each thread that is busy some
 * milliseconds before another one's turn; operators can wait that long, and connections should not.
 */
public final class Courtesy {
    private Courtesy() {}

    /**
     * Lets other threads of this core run that want to. Costs less than a microsecond when none does; to be called every some
     * ten microseconds of work, on a thread that connections do not need.
     */
    @SuppressWarnings("ThreadPriorityCheck") // how soon others run is a matter of speed, not of what comes of it
    public static void giveWay() {
        Thread.yield();
    }
}
