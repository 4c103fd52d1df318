package org.kamaelia.tcp;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * When a {@link TcpClient} that has lost its connection, or got none, tries again: after {@code first}, then
 * twice as long each time up to {@code most}, each a random part shorter, up to half, so that many clients of
 * one server do not come back together. A connection that stands begins this anew.
 *
 * @param first the pause before the first new try
 * @param most the longest pause
 * @param tries so many tries in a row without a connection end it
 */
public record Reconnect(Duration first, Duration most, int tries) {
    private static final OptionType<Duration> PAUSE = OptionType.duration(Duration.ofMillis(1), Duration.ofDays(1));
    private static final OptionType<Integer> TRIES = OptionType.integer(1, Integer.MAX_VALUE);
    private static final int MOST_DOUBLINGS = 30;

    /** From half a second to half a minute, without an end. */
    public static final Reconnect DEFAULT =
            new Reconnect(Duration.ofMillis(500), Duration.ofSeconds(30), Integer.MAX_VALUE);

    /** @throws InvalidOptions for a value out of range */
    public Reconnect {
        PAUSE.check("first", first);
        PAUSE.check("most", most);
        TRIES.check("tries", tries);
        if (first.compareTo(most) > 0) {
            throw new InvalidOptions(
                    "/most",
                    "most " + Durations.format(most) + " is below first " + Durations.format(first)
                            + ": use first or more");
        }
    }

    /**
     * The pause before the next try.
     *
     * @param failed how many tries in a row have failed, from 0 on
     * @param random of 0 up to 1
     */
    Duration pause(int failed, DoubleSupplier random) {
        Duration full = first.multipliedBy(1L << Math.min(failed, MOST_DOUBLINGS));
        long nanos = (full.compareTo(most) > 0 ? most : full).toNanos();
        return Duration.ofNanos(nanos - (long) (nanos * random.getAsDouble() / 2));
    }
}
