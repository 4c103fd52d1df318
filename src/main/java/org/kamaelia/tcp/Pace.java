package org.kamaelia.tcp;

/**
 * A token bucket that counts in time: what is spent is paid for by waiting, so that one may spend more than
 * there is and wait the longer. Any thread; times are nanoseconds of one clock.
 */
final class Pace {
    private long paidUntil;
    private boolean used;

    /** How long until something may be spent; zero if it may be at once. */
    synchronized long waitNanos(long now) {
        return used ? Math.max(0, paidUntil - now) : 0;
    }

    /**
     * Spends.
     *
     * @param cost how long this is to last
     * @param slack how much of the time in which nothing was spent still counts: the bucket's size
     */
    synchronized void spend(long now, long cost, long slack) {
        long oldest = now - slack;
        paidUntil = (used && paidUntil - oldest > 0 ? paidUntil : oldest) + cost;
        used = true;
    }

    /** Forgets what was spent. */
    synchronized void reset() {
        used = false;
    }
}
