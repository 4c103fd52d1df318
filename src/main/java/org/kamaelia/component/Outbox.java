package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * A sender without storage: what is sent goes straight to the inbox that the linkages lead to. Sent
 * from an unlinked outbox it goes nowhere, which is counted. Confined to the scheduler's thread.
 *
 * @param <T> what it sends
 */
public final class Outbox<T> extends Box {
    /** The box on whose list of refused senders this one stands. */
    @Nullable
    Inbox<?> awaiting;

    @Nullable
    Outbox<?> nextRefused;

    /** True from a refusal until the next success. */
    boolean refused;

    /** It was woken since its last success and came too late. */
    boolean passedOver;

    /** The class of the last message: what is sent mostly is of one class, and to look whether that fits costs more. */
    private Class<?> known;

    /** The last signal sent from here that may still wait. */
    SignalInbox.@Nullable Waiting lastSignal;

    Outbox(Component owner, String name, Class<T> type) {
        super(owner, name, type);
        this.known = type;
    }

    /**
     * Sends a message.
     *
     * @throws NoSpaceInBox if the destination is full; nothing was queued, and the owner is woken when
     *     something is collected there
     * @throws IllegalArgumentException if the box was used by its raw type and the message is of another
     */
    public void send(T message) {
        if (!offer(message)) {
            Inbox<?> full = target;
            if (full != null) {
                throw new NoSpaceInBox(this, full);
            }
        }
    }

    /** Sends a message, or answers false where {@link #send} throws. */
    public boolean offer(T message) {
        Inbox<?> to = target;
        Component wakes = reader;
        Scheduler at = owner.scheduler;
        if (at != null && at.thread != Thread.currentThread()) {
            owner.checkThread();
        }
        if (message == null || message.getClass() != known) {
            check(message);
            known = message.getClass();
        }
        if (to == null || wakes == null) {
            owner.nowhere(this, message);
            return true;
        }
        if (to.deliver(message, this)) {
            wakes.wakeHere();
            if (refused) {
                refused = false;
            }
            return true;
        }
        owner.countRefused();
        to.refuse(this);
        return false;
    }

    /**
     * True when one message would be taken now. When it is false the owner is woken once something is
     * collected. An outbox that leads nowhere always has room: who sends for as long as there is room needs
     * an end of its own, or a bound for each step.
     */
    public boolean hasRoom() {
        Inbox<?> to = target;
        if (to == null || to.hasRoom() || to.isClosed()) {
            return true;
        }
        owner.checkThread();
        to.refuse(this);
        return false;
    }

    @Override
    @Nullable
    Inbox<?> own() {
        return null;
    }

    @Override
    void leave(@Nullable Inbox<?> old) {
        lastSignal = null;
        refused = false;
        if (awaiting != null) {
            awaiting.forget(this);
            // What refused it is out of the way: let the owner try again.
            owner.wakeHere();
        }
    }
}
