package org.kamaelia.tcp;

/**
 * A token bucket that counts in time: what is spent is paid for by waiting. Not thread-safe; times are
 * nanoseconds of one clock.
 */
final class Pace {
    private long paidUntil;

    /** With a full bucket, whatever its size. */
    Pace(long now) {
        paidUntil = now - Long.MAX_VALUE / 4;
    }

    /** How long until something may be spent; zero if it may be at once. */
    long waitNanos(long now) {
        return Math.max(0, paidUntil - now);
    }

    /**
     * Spends.
     *
     * @param cost how long this is to last
     * @param slack how much of the time in which nothing was spent still counts: the bucket's size
     */
    void spend(long now, long cost, long slack) {
        long oldest = now - slack;
        paidUntil = (paidUntil - oldest > 0 ? paidUntil : oldest) + cost;
    }
}
