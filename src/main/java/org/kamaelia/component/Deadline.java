package org.kamaelia.component;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A moment at which its component is woken. Confined to the scheduler's thread. */
public final class Deadline {
    final Component owner;
    final long delay;

    /** In the scheduler's clock; meaningless until armed. */
    long at;

    /** The place in the scheduler's heap; -1 outside it. */
    int index = -1;

    private boolean passed;
    private boolean cancelled;

    @Nullable
    Deadline nextOfOwner;

    Deadline(Component owner, Duration delay) {
        this.owner = owner;
        this.delay = saturatedNanos(delay);
        nextOfOwner = owner.firstDeadline;
        owner.firstDeadline = this;
    }

    /** True once its time has come and it was not cancelled before. */
    public boolean hasPassed() {
        return passed;
    }

    /** True until it passes or is cancelled. */
    public boolean isPending() {
        return !passed && !cancelled;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** It no longer wakes anybody. */
    public void cancel() {
        cancelled = true;
        Scheduler at = owner.scheduler;
        if (at != null) {
            at.disarm(this);
        }
        release();
    }

    void pass() {
        passed = true;
        release();
        owner.wakeHere();
    }

    private void release() {
        Deadline previous = null;
        for (Deadline each = owner.firstDeadline; each != null; previous = each, each = each.nextOfOwner) {
            if (each == this) {
                if (previous == null) {
                    owner.firstDeadline = nextOfOwner;
                } else {
                    previous.nextOfOwner = nextOfOwner;
                }
                return;
            }
        }
    }

    private static long saturatedNanos(Duration delay) {
        if (delay.isNegative()) {
            return 0;
        }
        // Half of the range, so that the comparison of two moments cannot overflow.
        return delay.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : delay.toNanos();
    }
}
