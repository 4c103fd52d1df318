package org.kamaelia.tcp;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Names a connection for ever: a number within this process, in the order of accepting, and a prefix
 * drawn when the process started. Opaque to users.
 *
 * @param number its lowest bits tell on which event loop the connection lives, so that one is found without asking all;
 *     those above count from 1
 */
public record ConnectionId(long number) implements Comparable<ConnectionId> {
    /** So many event loops can be told apart. */
    static final int MOST_LOOPS = 1024;

    private static final String PROCESS = Long.toString(new SecureRandom().nextLong() >>> 34, Character.MAX_RADIX);
    private static final AtomicLong LAST = new AtomicLong();

    static ConnectionId next(int loop) {
        return new ConnectionId(LAST.incrementAndGet() * MOST_LOOPS + loop);
    }

    /** The largest number given so far, at the least; all that are given from now on are larger. Any thread. */
    public static long horizon() {
        return LAST.get() * MOST_LOOPS + MOST_LOOPS - 1;
    }

    /** Reads what {@link #toString()} wrote in this process; null for anything else. */
    public static @Nullable ConnectionId parse(String text) {
        if (!text.startsWith(PROCESS + "-")) {
            return null;
        }
        try {
            ConnectionId id =
                    new ConnectionId(Long.parseLong(text, PROCESS.length() + 1, text.length(), Character.MAX_RADIX));
            return id.toString().equals(text) ? id : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The event loop, as its {@link ConnectionTable} was told. */
    public int loop() {
        return (int) Math.floorMod(number, (long) MOST_LOOPS);
    }

    @Override
    public int compareTo(ConnectionId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return PROCESS + "-" + Long.toString(number, Character.MAX_RADIX);
    }
}
