package org.kamaelia.tcp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.Next;

/**
 * Wakes components when their time-outs have passed: one per scheduler, with one deadline of its own, for as
 * many time-outs as there are connections. To set one costs the same whatever their number, and while none is
 * due the wheel sleeps. Confined to the scheduler's thread.
 *
 * <p>A time-out never passes early. It passes late by less than {@link #TICK}, or than a fifteenth of its
 * length, whichever is more: what is due in the far future shares a slot with its neighbours in time, and is
 * not sorted in again as it comes nearer.
 */
final class TimeoutWheel extends Component {
    /** Slots of a level; one bit each of a long. */
    private static final int SLOTS = 64;

    private static final int TICK_SHIFT = 24;

    /** The slots of the nearest level are so far apart, those of every further one four times as far. */
    static final Duration TICK = Duration.ofNanos(1L << TICK_SHIFT);

    private static final int LEVEL_SHIFT = 2;

    /** The last one reaches beyond two years. */
    private static final int LEVELS = 14;

    private static final long NEVER = Long.MAX_VALUE;

    /** So many are woken in a step before other components get their turn. */
    private static final int WOKEN_PER_STEP = 256;

    private final @Nullable Timeout[] slots = new Timeout[LEVELS * SLOTS];

    /** A bit for each slot that is not empty. */
    private final long[] taken = new long[LEVELS];

    private @Nullable Deadline alarm;
    private long alarmAt = NEVER;

    /** No slot is due before this; what is set is measured from here. */
    private long reference;

    /** A moment at which its owner is woken, to be set any number of times. */
    static final class Timeout {
        private final Component owner;
        private int slot = -1;
        private @Nullable Timeout previous;
        private @Nullable Timeout next;
        private boolean passed;

        Timeout(Component owner) {
            this.owner = owner;
        }

        /** True once for each time that it passed. */
        boolean hasPassed() {
            boolean has = passed;
            passed = false;
            return has;
        }
    }

    /**
     * Has a time-out pass then and at no other time.
     *
     * @param at in the scheduler's clock, nanoseconds
     */
    void set(Timeout timeout, long at) {
        clear(timeout);
        long now = scheduler().cycleTime();
        if (alarmAt == NEVER || (now - reference > 0 && now - alarmAt < 0)) {
            reference = now;
        }
        long earliest = at - reference > 0 ? at : reference + 1;
        int level = 0;
        while (level < LEVELS - 1 && turns(earliest, level) >= SLOTS) {
            level++;
        }
        // Beyond the last level it passes too early; two years are no time-out.
        long turn = Math.min(turns(earliest, level), SLOTS - 1) + (reference >> shift(level));
        int slot = level * SLOTS + (int) (turn & (SLOTS - 1));
        insert(timeout, slot);
        sleepUntil(turn << shift(level), now);
    }

    /** It no longer wakes anybody. */
    void clear(Timeout timeout) {
        timeout.passed = false;
        if (timeout.slot >= 0) {
            remove(timeout);
        }
    }

    boolean isEmpty() {
        for (long bits : taken) {
            if (bits != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    protected Next step() {
        long now = scheduler().cycleTime();
        int woken = 0;
        for (int slot = earliest(); slot >= 0 && due(slot) - now <= 0; slot = earliest()) {
            for (Timeout each = slots[slot]; each != null; each = slots[slot]) {
                if (woken++ == WOKEN_PER_STEP) {
                    return AGAIN;
                }
                remove(each);
                each.passed = true;
                each.owner.wake();
            }
        }
        alarmAt = NEVER;
        reference = now;
        int next = earliest();
        if (next >= 0) {
            sleepUntil(due(next), now);
        }
        return PAUSE;
    }

    private void sleepUntil(long at, long now) {
        if (alarmAt != NEVER && alarmAt - at <= 0) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarmAt = at;
        alarm = wakeAfter(Duration.ofNanos(Math.max(0, at - now)));
    }

    // ---- the wheel

    private static int shift(int level) {
        return TICK_SHIFT + level * LEVEL_SHIFT;
    }

    /** How many slots of a level lie between the reference and the first one that begins at a moment or later. */
    private long turns(long at, int level) {
        int shift = shift(level);
        return -(-at >> shift) - (reference >> shift);
    }

    /** The slot that is due first; -1 if all are empty. */
    private int earliest() {
        int earliest = -1;
        for (int level = 0; level < LEVELS; level++) {
            if (taken[level] != 0) {
                int from = (int) (reference >> shift(level)) & (SLOTS - 1);
                int turns = Long.numberOfTrailingZeros(Long.rotateRight(taken[level], from));
                int slot = level * SLOTS + ((from + turns) & (SLOTS - 1));
                if (earliest < 0 || due(slot) - due(earliest) < 0) {
                    earliest = slot;
                }
            }
        }
        return earliest;
    }

    /** When a slot that is not empty is due. */
    private long due(int slot) {
        int shift = shift(slot / SLOTS);
        long from = reference >> shift;
        return (from + ((slot - from) & (SLOTS - 1))) << shift;
    }

    private void insert(Timeout timeout, int slot) {
        Timeout first = slots[slot];
        timeout.slot = slot;
        timeout.next = first;
        if (first != null) {
            first.previous = timeout;
        }
        slots[slot] = timeout;
        taken[slot / SLOTS] |= 1L << slot;
    }

    private void remove(Timeout timeout) {
        Timeout before = timeout.previous;
        Timeout after = timeout.next;
        if (after != null) {
            after.previous = before;
        }
        if (before != null) {
            before.next = after;
        } else {
            slots[timeout.slot] = after;
            if (after == null) {
                taken[timeout.slot / SLOTS] &= ~(1L << timeout.slot);
            }
        }
        timeout.previous = null;
        timeout.next = null;
        timeout.slot = -1;
    }
}
