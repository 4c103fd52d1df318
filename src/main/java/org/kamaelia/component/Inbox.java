package org.kamaelia.component;

import java.time.Duration;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of messages for one component. Confined to the scheduler's thread; other threads
 * deliver by {@link Ingress}.
 *
 * <p>The bound counts messages, or weight where a {@link MessageWeigher} knows the type (bytes, for
 * buffers). A box has room until its bound is reached, so whoever found room can send one message of
 * any weight: what waits is less than the bound plus one message.
 *
 * @param <T> what it takes
 */
public sealed class Inbox<T> extends Box permits SignalInbox, OperatorInbox {
    private static final Object[] EMPTY = {};

    /** A stamp counts about 17 ms, and comes round after two years. */
    private static final int STAMP_SHIFT = 24;

    private static final int FIRST_CAPACITY = 4;

    /** A queue that grew beyond this is given back when it is empty. */
    private static final int KEPT_CAPACITY = 64;

    /** As a bound: so that the path of every message need not ask. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final @Nullable MessageWeigher weigher;

    /** The oldest message; the others wait in the ring, which most boxes never need. */
    private @Nullable Object first;

    private @Nullable Object[] ring = EMPTY;

    private int head;
    private int size;

    /** When the oldest came, see {@link #stamp}. */
    private int firstCame;

    /** When the others did; null while all came with the oldest. */
    private @Nullable Arrivals later;

    /** What waits weighs so much, where there is a weigher. */
    private int weight;

    /** The most that was used so far. */
    private int peak;

    /** From how much waiting on it is full, which is less by what was taken ahead; {@link #CLOSED} once the owner has ended. */
    private int bound;

    /** So much space is used by what was taken ahead. */
    private int ahead;

    /** Outboxes that were refused here or found no room. */
    private @Nullable Outbox<?> firstRefused;

    /** Nothing but the message itself counts now: no weigher, nobody refused, all of one time. One look for all three. */
    private boolean plain;

    Inbox(Component owner, String name, Class<T> type, int bound) {
        super(owner, name, type);
        if (bound < 0) {
            throw new IllegalArgumentException("the bound of " + this + " must be at least 1, or 0 for the default of "
                    + type.getSimpleName() + ", not " + bound);
        }
        this.weigher = Weighers.of(type);
        this.bound = bound > 0 ? bound : Weighers.defaultBound(weigher);
        this.target = this;
        this.reader = owner;
        this.plain = weigher == null;
    }

    @Override
    final Inbox<?> own() {
        return this;
    }

    /** True when a message waits in this box itself. */
    public final boolean dataReady() {
        return size != 0;
    }

    /** How many messages wait here. */
    public final int size() {
        return size;
    }

    /** How much of the bound is used: messages, or weight. */
    public final int used() {
        return waitingWeight() + ahead;
    }

    private int waitingWeight() {
        return weigher == null ? size : weight;
    }

    /** The most of the bound that has been used so far. */
    public final int peak() {
        return peak;
    }

    /**
     * How long the oldest message has waited in this box, to within about 20 ms and the cycle in which it came; null
     * if none waits.
     */
    public final @Nullable Duration oldestAge() {
        if (size == 0) {
            return null;
        }
        long stamps = Math.max(0, stamp(clock().nanoTime()) - firstCame);
        return Duration.ofNanos(stamps << STAMP_SHIFT);
    }

    private Clock clock() {
        return owner.scheduler == null ? Clock.SYSTEM : owner.scheduler.clock();
    }

    static int stamp(long nanoTime) {
        return (int) (nanoTime >>> STAMP_SHIFT);
    }

    /** From how many messages, or what weight, on it is full. */
    public final int bound() {
        return isClosed() ? 0 : bound + ahead;
    }

    /** What {@link #bound} counts: {@code messages}, or a weigher's unit. */
    public final String unit() {
        return weigher == null ? "messages" : weigher.unit();
    }

    /**
     * Sets the bound; what waits already stays. A larger one wakes those that were refused.
     *
     * @throws IllegalArgumentException if it is not at least 1
     */
    public final void bound(int newBound) {
        owner.checkThread();
        if (newBound < 1) {
            throw new IllegalArgumentException("the bound of " + this + " must be at least 1, not " + newBound);
        }
        if (isClosed()) {
            return;
        }
        bound = newBound - ahead;
        if (waitingWeight() < bound) {
            wakeRefused();
        }
    }

    /**
     * Takes the oldest message.
     *
     * @throws NoSuchElementException if none waits
     */
    public final T receive() {
        T message = poll();
        if (message == null) {
            throw new NoSuchElementException(this + " is empty; ask dataReady first");
        }
        return message;
    }

    /** Takes the oldest message; null if none waits. Wakes those that were refused here, if there is room now. */
    public @Nullable T poll() {
        @SuppressWarnings("unchecked")
        T message = (T) take();
        return message;
    }

    /** What it takes from operators, by {@link #handIn}; null for nothing. */
    public @Nullable ForOperators<T> forOperators() {
        return null;
    }

    /**
     * Puts in what an operator gives, where this inbox leads. On the scheduler's thread.
     *
     * @param given a {@link String} or a {@link java.util.Map}, as {@link #forOperators()} says
     * @throws NotForOperators if it takes nothing from operators, or leads to a box that does not
     * @throws IllegalArgumentException if it takes something else; the message says what
     */
    public Receipt handIn(Object given) {
        throw new NotForOperators(this);
    }

    final @Nullable Object take() {
        assert owner.inThread() : owner.wrongThread();
        Object message = first;
        if (message == null) {
            return null;
        }
        if (--size == 0) {
            first = null;
        } else {
            advance();
        }
        if (!plain) {
            taken(message);
        }
        return message;
    }

    private void taken(Object message) {
        if (later != null && later.begins(size)) {
            firstCame = later.begin();
            if (later.isEmpty()) {
                later = null;
                lookIfPlain();
            }
        }
        if (weigher != null) {
            weight -= weigh(weigher, message);
        }
        if (firstRefused != null && waitingWeight() < bound) {
            wakeRefused();
        }
    }

    private void lookIfPlain() {
        plain = weigher == null && later == null && firstRefused == null;
    }

    private void advance() {
        @Nullable Object[] slots = ring;
        first = slots[head];
        slots[head] = null;
        head = (head + 1) & (slots.length - 1);
        if (size == 1 && slots.length > KEPT_CAPACITY) {
            ring = EMPTY;
            head = 0;
        }
    }

    /** Takes the oldest message, whose space stays in use until it is given back; null if none waits. Wakes nobody. */
    final @Nullable T takeAhead() {
        Object message = first;
        if (message == null) {
            return null;
        }
        int space = weigher == null ? 1 : weigh(weigher, message);
        ahead += space;
        bound -= space;
        return poll();
    }

    /** Gives space back of what was taken ahead. Wakes those that were refused here, if there is room now. */
    final void giveBack(int space) {
        if (isClosed()) {
            return;
        }
        ahead -= space;
        bound += space;
        if (firstRefused != null && waitingWeight() < bound) {
            wakeRefused();
        }
    }

    /** Queues it and wakes the owner; false, and nothing queued, if the box is full. */
    final boolean deliverFrom(Object message, Box from) {
        boolean taken = deliver(message, from);
        // What went nowhere wakes nobody, though the owner of a removed box lives on.
        if (taken && !isClosed()) {
            owner.wakeHere();
        }
        return taken;
    }

    /** Queues it, and leaves the owner to be woken; false, and nothing queued, if the box is full. */
    boolean deliver(Object message, Box from) {
        if (waitingWeight() >= bound) {
            return deliverToFull(message, from);
        }
        append(message, from.owner.scheduler);
        return true;
    }

    final boolean deliverToFull(Object message, Box from) {
        if (!isClosed()) {
            return false;
        }
        owner.nowhere(from, message);
        return true;
    }

    /** @param at the sender's scheduler, whose address is at hand; it is the same as the owner's */
    final void append(Object message, @Nullable Scheduler at) {
        int before = size;
        int now = at == null ? 0 : at.stamp;
        if (now == 0) {
            now = stamp(clock().nanoTime());
        }
        if (before == 0) {
            first = message;
            firstCame = now;
        } else {
            if (before > ring.length) {
                grow();
            }
            ring[(head + before - 1) & (ring.length - 1)] = message;
            if (!plain || now != firstCame) {
                comesLater(now);
            }
        }
        size = before + 1;
        if (plain || weigher == null) {
            if (before >= peak) {
                peak = before + 1;
            }
        } else {
            weight += weigh(weigher, message);
            peak = Math.max(peak, weight);
        }
    }

    private static int weigh(MessageWeigher weigher, Object message) {
        return Math.max(1, weigher.weigh(message));
    }

    private void grow() {
        Object[] larger = new Object[Math.max(FIRST_CAPACITY, ring.length * 2)];
        int right = ring.length - head;
        System.arraycopy(ring, head, larger, 0, right);
        System.arraycopy(ring, 0, larger, right, size - 1 - right);
        ring = larger;
        head = 0;
    }

    private void comesLater(int now) {
        if (later == null) {
            if (now == firstCame) {
                return;
            }
            later = new Arrivals();
            plain = false;
        }
        later.add(now);
    }

    /** True while a message sent here would be queued. */
    final boolean hasRoom() {
        return waitingWeight() < bound;
    }

    final boolean isClosed() {
        return bound == CLOSED;
    }

    /** Remembers a sender that must be woken when something is collected. */
    final void refuse(Outbox<?> sender) {
        if (sender.awaiting == null) {
            sender.awaiting = this;
            sender.passedOver = sender.refused;
            sender.nextRefused = firstRefused;
            firstRefused = sender;
            plain = false;
        }
        sender.refused = true;
    }

    /** A sender leads elsewhere now. */
    final void forget(Outbox<?> sender) {
        Outbox<?> previous = null;
        for (Outbox<?> each = firstRefused; each != null; previous = each, each = each.nextRefused) {
            if (each == sender) {
                if (previous == null) {
                    firstRefused = each.nextRefused;
                } else {
                    previous.nextRefused = each.nextRefused;
                }
                break;
            }
        }
        sender.awaiting = null;
        sender.nextRefused = null;
        lookIfPlain();
    }

    /**
     * Wakes those that were refused: first those that were woken before and came too late again, so that
     * of many that share a full box none waits for ever.
     */
    private void wakeRefused() {
        Outbox<?> longestWaiting = null;
        for (Outbox<?> each = firstRefused; each != null; ) {
            Outbox<?> next = each.nextRefused;
            each.awaiting = null;
            each.nextRefused = longestWaiting;
            longestWaiting = each;
            each = next;
        }
        firstRefused = null;
        lookIfPlain();
        for (Outbox<?> each = longestWaiting; each != null; each = each.nextRefused) {
            if (each.passedOver) {
                each.owner.wakeHere();
            }
        }
        for (Outbox<?> each = longestWaiting; each != null; ) {
            Outbox<?> next = each.nextRefused;
            each.nextRefused = null;
            each.owner.wakeHere();
            each = next;
        }
    }

    /** Moves what waits to the box that a new linkage leads to: all of it, or nothing. */
    final void moveTo(Inbox<?> destination) {
        if (size == 0) {
            return;
        }
        if (!fitsInto(destination)) {
            throw new NoSpaceInBox(this, destination);
        }
        for (Object message = poll(); message != null; message = poll()) {
            destination.appendMoved(message);
        }
        destination.owner.wakeHere();
    }

    /** True if the destination would take all that waits, one message after the other. */
    private boolean fitsInto(Inbox<?> destination) {
        MessageWeigher by = destination.weigher;
        long total = destination.waitingWeight();
        for (Object message : waiting()) {
            if (total >= destination.bound) {
                return false;
            }
            total += by == null ? 1 : weigh(by, message);
        }
        return true;
    }

    /** Queues what a new linkage moves here. */
    void appendMoved(Object message) {
        append(message, owner.scheduler);
    }

    /** The owner has ended: what waits goes nowhere, and so does what comes. */
    void close() {
        bound = CLOSED;
        ahead = 0;
        for (Object left = take(); left != null; left = take()) {
            owner.nowhere(this, unwrap(left));
        }
        ring = EMPTY;
        wakeRefused();
    }

    Object unwrap(Object queued) {
        return queued;
    }

    final String describeFill() {
        return used() + " of " + bound() + " " + unit();
    }

    /** What waits, oldest first. */
    final Object[] waiting() {
        Object[] all = new Object[size];
        Arrays.setAll(
                all, i -> unwrap(Objects.requireNonNull(i == 0 ? first : ring[(head + i - 1) & (ring.length - 1)])));
        return all;
    }
}
