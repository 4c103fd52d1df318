package org.kamaelia.rest;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How late the answer to a wrong token comes: at once for the first two of an address, then after 100 ms and twice as long
 * each time, up to 2 s, until it has sent none for a minute. Only so many answers wait at a time, of one address and of all.
 * While they do, no further token is looked at that comes from an address with wrong ones, be it right: to tell the two apart
 * at once would let somebody guess as fast as they can ask. Otherwise right tokens of the same address are not held up, nor do
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

    /** One token that is looked at; it has its place among those that wait, if its address sent wrong ones, until it is over. */
    interface Look {

        /** Nothing to look at. */
        Look NONE = new Look() {
            @Override
            public Duration wrong() {
                return Duration.ZERO;
            }

            @Override
            public void over() {}
        };

        /** It is wrong: after how long to say so. */
        Duration wrong();

        /** It was right, or it has been told that it is wrong. */
        void over();
    }

    private final class Place implements Look {

        private final String origin;
        private @Nullable Address held;

        Place(String origin) {
            this.origin = origin;
        }

        void hold(Address address) {
            held = address;
            waiting++;
            address.waiting++;
        }

        @Override
        public Duration wrong() {
            synchronized (WrongTokens.this) {
                Address address = addresses.computeIfAbsent(origin, unknown -> new Address());
                address.shown = isFresh(address) ? address.shown + 1 : 1;
                address.last = nanoTime.getAsLong();
                if (address.shown <= FREE) {
                    return Duration.ZERO;
                }
                if (held == null) {
                    hold(address);
                }
                return delay(address.shown - FREE);
            }
        }

        @Override
        public void over() {
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

    /** An address shows a token. Empty if it is not to be looked at, since too many wait already. */
    synchronized Optional<Look> look(String origin) {
        Place place = new Place(origin);
        @Nullable Address address = addresses.get(origin);
        if (address != null && isFresh(address) && address.shown >= FREE) {
            if (waiting >= mostWaiting || address.waiting >= Math.max(1, mostWaiting / 4)) {
                return Optional.empty();
            }
            place.hold(address);
        }
        return Optional.of(place);
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
