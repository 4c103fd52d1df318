package org.kamaelia.bench;

import java.time.Duration;

/** Ends a run that hangs: a server that never says that it listens must not hold a build forever. */
final class Watchdog {

    private static final Duration GRACE = Duration.ofSeconds(45);
    private static final int EXIT_CODE = 3;

    private Watchdog() {}

    /** Gives the run a quarter more than it should take, and a bit; then the process, and with it its servers, ends. */
    static void start(Duration planned) {
        Duration limit = planned.plus(planned.dividedBy(4)).plus(GRACE);
        Thread thread = new Thread(() -> expire(limit), "watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private static void expire(Duration limit) {
        try {
            Thread.sleep(limit.toMillis());
        } catch (InterruptedException interrupted) {
            return;
        }
        System.err.println("the benchmark hangs: no end after " + limit.toSeconds() + " s");
        System.exit(EXIT_CODE);
    }
}
