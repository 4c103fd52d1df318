package org.kamaelia.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;

/**
 * Drives loads that leave by the clock, all of them on the calling thread: where they had threads of their own, they would
 * wait for one another on the client's core, and a latency would tell of the client.
 */
final class Clockwork {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Clockwork() {}

    /** @param measured the time that counts, after the ramp */
    static void run(List<? extends PacedLoad> loads, Duration ramp, Duration measured) throws IOException {
        try (Selector selector = Selector.open()) {
            long begin = System.nanoTime();
            long countFrom = begin + ramp.toNanos();
            for (PacedLoad load : loads) {
                load.begin(selector, begin, countFrom);
            }
            long end = countFrom + measured.toNanos();
            for (long now = begin; now - end < 0; now = System.nanoTime()) {
                for (PacedLoad load : loads) {
                    load.leave(now);
                }
                selector.selectNow(Clockwork::ready);
            }
            settle(selector, loads, end + PATIENCE.toNanos());
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        }
    }

    private static void settle(Selector selector, List<? extends PacedLoad> loads, long patience) throws IOException {
        while (!loads.stream().allMatch(PacedLoad::isSettled)) {
            selector.select(Clockwork::ready, 20);
            if (System.nanoTime() - patience > 0) {
                throw new IOException(
                        "answers are still missing " + PATIENCE.toSeconds() + " s after the last was asked for");
            }
        }
    }

    private static void ready(SelectionKey key) {
        ((Runnable) key.attachment()).run();
    }
}
