package org.kamaelia.rest;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.kamaelia.control.AdminLimits;

/** How often each caller may ask, by name; and those whom nobody knows, by address. Any thread. */
final class Rates {

    private static final int CALLERS = 4096;

    private final long nanosEach;
    private final long nanosAhead;
    private final LongSupplier nanoTime;
    /** When all that was asked would have been due, had it come evenly. */
    private final Map<String, Long> callers = new Recent<>(CALLERS);

    private final Map<String, Long> strangers = new Recent<>(CALLERS);

    Rates(AdminLimits limits, LongSupplier nanoTime) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / limits.ratePerSecond();
        this.nanosAhead = nanosEach * (limits.rateBurst() - 1L);
        this.nanoTime = nanoTime;
    }

    /** Another request of one who is known; when to come again if it is one too many. */
    synchronized Optional<Duration> ofCaller(String name) {
        return ask(callers, name);
    }

    /** Another request from there of one who is not known. */
    synchronized Optional<Duration> ofStranger(String origin) {
        return ask(strangers, origin);
    }

    private Optional<Duration> ask(Map<String, Long> due, String who) {
        long now = nanoTime.getAsLong();
        Long before = due.get(who);
        long next = before == null || before - now < 0 ? now : before;
        long early = next - now - nanosAhead;
        if (early > 0) {
            return Optional.of(Duration.ofNanos(early));
        }
        due.put(who, next + nanosEach);
        return Optional.empty();
    }
}
