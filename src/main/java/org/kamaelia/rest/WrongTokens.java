package org.kamaelia.rest;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How late the answer to a wrong token comes: at once for the first two of an address, then after 100 ms and twice as long
 * each time, up to 2 s, until it has sent none for a minute. Right tokens of the same address are never held up, nor do they
 * make good for wrong ones. Only so many answers wait at a time, of one address and of all; who sends more is told to wait
 * instead, for they hold a connection each. Any thread.
 */
final class WrongTokens {

    static final Duration LONGEST = Duration.ofSeconds(2);

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final int FREE = 2;
    private static final int ADDRESSES = 4096;

    private final int mostWaiting;
    private final LongSupplier nanoTime;
    private final Map<String, Address> addresses = new Recent<>(ADDRESSES);
    private int waiting;

    private static final class Address {
        int shown;
        int waiting;
        long last;
    }

    /**
     * None yet.
     *
     * @param mostWaiting answers that may wait at a time, a quarter of them for one address
     */
    WrongTokens(int mostWaiting, LongSupplier nanoTime) {
        this.mostWaiting = mostWaiting;
        this.nanoTime = nanoTime;
    }

    /**
     * An address has sent another wrong token.
     *
     * @return after how long to tell it; whoever waits longer than zero then calls {@link #told}. Empty if too many wait
     */
    synchronized Optional<Duration> shown(String origin) {
        long now = nanoTime.getAsLong();
        Address address = addresses.computeIfAbsent(origin, unknown -> new Address());
        if (now - address.last > MEMORY.toNanos()) {
            address.shown = 0;
        }
        address.last = now;
        if (++address.shown <= FREE) {
            return Optional.of(Duration.ZERO);
        }
        if (waiting >= mostWaiting || address.waiting >= Math.max(1, mostWaiting / 4)) {
            return Optional.empty();
        }
        waiting++;
        address.waiting++;
        return Optional.of(delay(address.shown - FREE));
    }

    private static Duration delay(int slowed) {
        long millis = FIRST.toMillis() << Math.min(slowed - 1, 10);
        return millis < LONGEST.toMillis() ? Duration.ofMillis(millis) : LONGEST;
    }

    /** An answer that waited is given. */
    synchronized void told(String origin) {
        waiting--;
        @Nullable Address address = addresses.get(origin);
        if (address != null && address.waiting > 0) {
            address.waiting--;
        }
    }
}
