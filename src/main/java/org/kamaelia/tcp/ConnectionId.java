package org.kamaelia.tcp;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Names a connection for ever: a number within this process, in the order of accepting, and a prefix
 * drawn when the process started. Opaque to users.
 *
 * @param number counts from 1
 */
public record ConnectionId(long number) implements Comparable<ConnectionId> {
    private static final String PROCESS = Long.toString(new SecureRandom().nextLong() >>> 34, Character.MAX_RADIX);
    private static final AtomicLong LAST = new AtomicLong();

    static ConnectionId next() {
        return new ConnectionId(LAST.incrementAndGet());
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

    @Override
    public int compareTo(ConnectionId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return PROCESS + "-" + Long.toString(number, Character.MAX_RADIX);
    }
}
