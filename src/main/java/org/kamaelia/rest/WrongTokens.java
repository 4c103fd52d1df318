package org.kamaelia.rest;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How late the answer to a wrong token comes: at once for the first two of an address, then after 100 ms and twice as long
 * each time, up to 2 s, until it has sent none for a minute. Only so many answers wait at a time, of one address and of all;
 * further wrong tokens are refused without one. Right tokens of the same address are not held up, whoever shares it, nor do
 * they make good for wrong ones. Any thread.
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

    /** An answer that is held back. */
    final class Wait {

        private final Duration length;
        private @Nullable Address held;

        private Wait(Duration length, @Nullable Address held) {
            this.length = length;
            this.held = held;
        }

        /** From now; zero for at once. */
        Duration length() {
            return length;
        }

        /** It is answered, or nobody waits for that any more. */
        void over() {
            synchronized (WrongTokens.this) {
                Address address = held;
                if (address != null) {
                    held = null;
                    waiting--;
                    address.waiting--;
                }
            }
        }
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

    /** An address has shown another wrong token. Empty if too many wait already. */
    synchronized Optional<Wait> another(String origin) {
        Address address = addresses.computeIfAbsent(origin, unknown -> new Address());
        address.shown = isFresh(address) ? address.shown + 1 : 1;
        address.last = nanoTime.getAsLong();
        if (address.shown <= FREE) {
            return Optional.of(new Wait(Duration.ZERO, null));
        }
        if (waiting >= mostWaiting || address.waiting >= Math.max(1, mostWaiting / 4)) {
            return Optional.empty();
        }
        waiting++;
        address.waiting++;
        return Optional.of(new Wait(delay(address.shown - FREE), address));
    }

    /** Whether its last wrong token was not long ago. */
    private boolean isFresh(Address address) {
        return nanoTime.getAsLong() - address.last <= MEMORY.toNanos();
    }

    private static Duration delay(int slowed) {
        long millis = FIRST.toMillis() << Math.min(slowed - 1, 10);
        return millis < LONGEST.toMillis() ? Duration.ofMillis(millis) : LONGEST;
    }
}
