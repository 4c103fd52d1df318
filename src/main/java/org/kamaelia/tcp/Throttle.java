package org.kamaelia.tcp;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.TimeoutWheel.Timeout;

/**
 * Holds one direction of one connection to its own rate and to its share of the listener's. What was moved is
 * spent afterwards, so that a large buffer passes whole and the next one waits the longer; who has waited once
 * passes, so that those who share a rate take turns. Confined to the scheduler's thread.
 */
final class Throttle {
    /** So much of a quiet time may be made up for at once. */
    private static final long SLACK = Duration.ofMillis(100).toNanos();

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Pace own = new Pace();
    private final Pace shared;
    private final TimeoutWheel wheel;
    private final Timeout timeout;
    private boolean waits;
    private long until;

    /**
     * One that allows everything.
     *
     * @param owner woken when it may go on
     * @param shared the listener's
     */
    Throttle(Component owner, TimeoutWheel wheel, Pace shared) {
        this.wheel = wheel;
        this.shared = shared;
        this.timeout = new Timeout(owner);
    }

    /** Whether bytes may move now; if not, its owner is woken when they may. */
    boolean allows() {
        long now = wheel.scheduler().cycleTime();
        if (!waits) {
            long wait = Math.max(own.waitNanos(now), shared.waitNanos(now));
            if (wait == 0) {
                return true;
            }
            waits = true;
            until = now + wait;
            wheel.set(timeout, until);
        }
        return now - until >= 0;
    }

    /** When it may go on; meaningless unless it {@link #allows} nothing. */
    long until() {
        return until;
    }

    /**
     * Bytes have moved.
     *
     * @param ownRate bytes per second; null for any
     * @param sharedRate likewise
     */
    void spend(int bytes, @Nullable Integer ownRate, @Nullable Integer sharedRate) {
        waits = false;
        long now = wheel.scheduler().cycleTime();
        if (ownRate != null) {
            own.spend(now, cost(bytes, ownRate), SLACK);
        }
        if (sharedRate != null) {
            shared.spend(now, cost(bytes, sharedRate), SLACK);
        }
    }

    private static long cost(long bytes, int rate) {
        return bytes * SECOND / rate;
    }

    void end() {
        wheel.clear(timeout);
    }
}
