package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * A box for signals: it refuses none and yet is bounded. Per source it holds one waiting signal of each
 * {@link Signal.Kind}; a further one merges with it, the stronger staying. Of notices it holds
 * the last {@value #NOTICES_PER_SOURCE} per source, a repetition once; those pushed out go nowhere.
 */
final class SignalInbox extends Inbox<Signal> {
    static final int NOTICES_PER_SOURCE = 8;

    /** The last that came in by {@link Ingress} or from the owner's parent, not from an outbox. */
    private @Nullable Waiting lastFromOutside;

    /** One that waits; chained to the one before it from the same source. */
    static final class Waiting {
        Signal signal;

        @Nullable
        Waiting before;

        boolean taken;

        Waiting(Signal signal, @Nullable Waiting before) {
            this.signal = signal;
            this.before = before;
        }
    }

    SignalInbox(Component owner, String name) {
        super(owner, name, Signal.class, Integer.MAX_VALUE);
    }

    @Override
    public @Nullable Signal poll() {
        Waiting next = (Waiting) take();
        if (next == null) {
            return null;
        }
        next.taken = true;
        next.before = null;
        return next.signal;
    }

    @Override
    Object unwrap(Object queued) {
        return ((Waiting) queued).signal;
    }

    /** What comes by a new linkage is of many sources, and merges with none. */
    @Override
    void appendMoved(Object message) {
        append(new Waiting((Signal) message, null), owner.scheduler);
    }

    @Override
    boolean deliver(Object message, Box from) {
        if (isClosed()) {
            return deliverToFull(message, from);
        }
        Signal signal = (Signal) message;
        Waiting last = from instanceof Outbox<?> outbox ? outbox.lastSignal : lastFromOutside;
        if (last != null && last.taken) {
            last = null;
        }
        if (!merged(signal, last) && !replacedOldest(signal, last, from)) {
            Waiting waiting = new Waiting(signal, last);
            if (from instanceof Outbox<?> outbox) {
                outbox.lastSignal = waiting;
            } else {
                lastFromOutside = waiting;
            }
            append(waiting, from.owner.scheduler);
        }
        return true;
    }

    private static boolean merged(Signal signal, @Nullable Waiting last) {
        for (Waiting each = last; each != null && !each.taken; each = each.before) {
            if (each.signal.kind() == signal.kind()) {
                if (signal.kind() == Signal.Kind.NOTICE) {
                    // Only with the newest: of "suspend, resume, suspend" the last must count.
                    return each.signal.equals(signal);
                }
                each.signal = stronger(each.signal, signal);
                return true;
            }
        }
        return false;
    }

    /** Where too many notices wait, each moves one place on and the oldest goes; true if so. */
    private boolean replacedOldest(Signal signal, @Nullable Waiting last, Box from) {
        if (signal.kind() != Signal.Kind.NOTICE || notices(last) < NOTICES_PER_SOURCE) {
            return false;
        }
        Signal moving = signal;
        for (Waiting each = last; each != null && !each.taken; each = each.before) {
            if (each.signal.kind() == Signal.Kind.NOTICE) {
                Signal older = each.signal;
                each.signal = moving;
                moving = older;
            }
        }
        owner.nowhere(from, moving);
        return true;
    }

    private static int notices(@Nullable Waiting last) {
        int notices = 0;
        for (Waiting each = last; each != null && !each.taken; each = each.before) {
            if (each.signal.kind() == Signal.Kind.NOTICE) {
                notices++;
            }
        }
        return notices;
    }

    private static Signal stronger(Signal waiting, Signal next) {
        if (waiting instanceof ServerShutdown first && next instanceof ServerShutdown second) {
            return first.and(second);
        }
        boolean stays = waiting instanceof ShutdownMicroprocess && !(next instanceof ShutdownMicroprocess);
        return stays ? waiting : next instanceof ProducerFinished && waiting instanceof SocketShutdown ? waiting : next;
    }
}
