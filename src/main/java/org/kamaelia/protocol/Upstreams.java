package org.kamaelia.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.HostPorts;

/**
 * Where the connections of one run of a listener are relayed to, on all its event loops: who is next, and who is left out
 * because it could not be connected to. Any thread.
 */
final class Upstreams {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;

    /** Which upstream a new connection gets. */
    enum Balance {
        ROUND_ROBIN("roundRobin"),
        LEAST_CONNECTIONS("leastConnections");

        private final String text;

        Balance(String text) {
            this.text = text;
        }

        static Balance of(String text) {
            return LEAST_CONNECTIONS.text.equals(text) ? LEAST_CONNECTIONS : ROUND_ROBIN;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final List<Upstream> all = new ArrayList<>();
    private final Balance balance;
    private final LongSupplier clock;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param clock nanoseconds */
    Upstreams(List<HostPorts> addresses, Balance balance, LongSupplier clock) {
        addresses.forEach(each -> all.add(new Upstream(each)));
        this.balance = balance;
        this.clock = clock;
    }

    /** One of them. */
    final class Upstream {
        private final HostPorts address;
        private final AtomicInteger open = new AtomicInteger();

        // Guarded by this.
        private int failures;
        private long leftOutUntil;

        private Upstream(HostPorts address) {
            this.address = address;
        }

        HostPorts address() {
            return address;
        }

        /** A connection to it has ended, or was given up. */
        void release() {
            open.decrementAndGet();
        }

        /** It took a connection. */
        synchronized void works() {
            failures = 0;
        }

        /** It could not be connected to: it is left out for a second, and longer each time, up to a minute. */
        synchronized void fails() {
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
            failures++;
            leftOutUntil = clock.getAsLong() + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
        }

        private synchronized boolean isLeftOut() {
            return failures > 0 && leftOutUntil - clock.getAsLong() > 0;
        }
    }

    /**
     * Whom to connect to next; counted as one more connection of it until {@link Upstream#release}. Who is left out comes
     * last, but comes: to try in vain is better than not to try.
     *
     * @param tried those that this connection has tried in vain
     * @return null when all were
     */
    @Nullable
    Upstream next(Collection<Upstream> tried) {
        int first = Math.floorMod(turn.getAndIncrement(), all.size());
        List<Upstream> inTurn = new ArrayList<>(all.subList(first, all.size()));
        inTurn.addAll(all.subList(0, first));
        inTurn.removeAll(tried);
        Comparator<Upstream> leftOutLast = Comparator.comparing(Upstream::isLeftOut);
        Upstream chosen = inTurn.stream()
                .min(balance == Balance.ROUND_ROBIN ? leftOutLast : leftOutLast.thenComparing(each -> each.open.get()))
                .orElse(null);
        if (chosen != null) {
            chosen.open.incrementAndGet();
        }
        return chosen;
    }
}
