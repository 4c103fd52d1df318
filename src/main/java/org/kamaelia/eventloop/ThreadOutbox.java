package org.kamaelia.eventloop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.NoSpaceInBox;
import org.kamaelia.component.Outbox;

/**
 * The body's end of an outbox of a {@link ThreadedComponent}: a bounded queue that the component empties
 * into the box, as fast as the destination takes it. Of different boxes each goes at its own pace, but a
 * signal never overtakes a message that was sent before it.
 *
 * <p>All public methods but {@link #box} and {@link #name} belong to the body's thread. Once the component
 * has ended they throw {@link InterruptedException} if they may wait, else {@link CancellationException}; the
 * message stays the caller's.
 *
 * @param <T> what it sends
 */
public final class ThreadOutbox<T> {
    private final Gate gate;
    private final Outbox<T> box;

    /** What must have left before a signal that is sent now, asked under the gate's lock; null if it carries others. */
    private final @Nullable Supplier<List<Mark>> before;

    // Guarded by the gate.
    private final WeighedQueue<T> waiting;

    /** For each signal that has not left, in their order, what must leave before. */
    private final ArrayDeque<List<Mark>> marks = new ArrayDeque<>();

    /** How many messages have been sent, and how many of them have left; only the scheduler's thread lets leave. */
    private long sent;

    private long left;

    /** The body was refused. */
    private boolean roomAwaited;

    /** The box has been removed, or its owner has ended. */
    private boolean closed;

    /** Those on their way into the box, still a part of what is used; the scheduler's thread only. */
    private final ArrayDeque<T> leaving = new ArrayDeque<>();

    /** So many of a box's messages must have left. */
    record Mark(ThreadOutbox<?> outbox, long sent) {}

    ThreadOutbox(Gate gate, Outbox<T> box, Class<T> type, int bound, @Nullable Supplier<List<Mark>> before) {
        this.gate = gate;
        this.box = box;
        this.before = before;
        this.waiting = new WeighedQueue<>(type, bound);
    }

    /** The box that leads to others. It belongs to the scheduler's thread. */
    public Outbox<T> box() {
        return box;
    }

    /** Its Kamaelia name. */
    public String name() {
        return box.name();
    }

    /**
     * Sends a message.
     *
     * @throws NoSpaceInBox if the queue is full; nothing was queued, and {@link ThreadedComponent#pause}
     *     returns once there is room
     * @throws IllegalArgumentException if this was used by its raw type and the message is of another
     */
    public void send(T message) {
        if (!offer(message)) {
            throw new NoSpaceInBox(box, "the queue from its thread", describeFill());
        }
    }

    /** Sends a message, or answers false where {@link #send} throws. */
    public boolean offer(T message) {
        gate.checkBody(box);
        box.check(message);
        gate.lock();
        boolean wake;
        try {
            if (!hasRoom()) {
                return false;
            }
            wake = add(message);
        } finally {
            gate.unlock();
        }
        if (wake) {
            gate.wakeLoop();
        }
        return true;
    }

    /**
     * Sends a message; waits until there is room.
     *
     * @throws InterruptedException if the component is ended meanwhile; the message was not sent
     */
    public void put(T message) throws InterruptedException {
        boolean unused = put(message, Long.MAX_VALUE);
    }

    /**
     * Sends a message; waits for room so long.
     *
     * @return false if there was none; the message was not sent
     * @throws InterruptedException if the component is ended meanwhile; the message was not sent
     */
    public boolean put(T message, Duration atMost) throws InterruptedException {
        return put(message, TimeUnit.NANOSECONDS.convert(atMost));
    }

    private boolean put(T message, long nanos) throws InterruptedException {
        gate.checkBody(box);
        box.check(message);
        gate.lock();
        boolean wake;
        try {
            if (!gate.await(this::hasRoom, nanos)) {
                return false;
            }
            wake = add(message);
        } finally {
            gate.unlock();
        }
        if (wake) {
            gate.wakeLoop();
        }
        return true;
    }

    private boolean hasRoom() {
        gate.checkOpen();
        if (closed) {
            throw new IllegalStateException(box + " has been removed");
        }
        boolean room = waiting.hasRoom();
        roomAwaited = !room;
        return room;
    }

    private boolean add(T message) {
        waiting.add(message);
        if (before != null) {
            marks.add(before.get());
        }
        sent++;
        return gate.askForStep();
    }

    private String describeFill() {
        gate.lock();
        try {
            return waiting.describeFill();
        } finally {
            gate.unlock();
        }
    }

    // ---- the scheduler's thread

    /** What is sent now must have left before a signal may; null if all has. The gate's lock must be held. */
    @Nullable
    Mark mark() {
        return left < sent ? new Mark(this, sent) : null;
    }

    /** Sends what the destination takes; true if it could go on. */
    boolean moveOut(int atMost) {
        if (leaving.isEmpty()) {
            gate.lock();
            try {
                waiting.moveTo(leaving);
            } finally {
                gate.unlock();
            }
        }
        int moved = 0;
        int weight = 0;
        for (T next = leaving.peek(); next != null && moved < atMost; next = leaving.peek()) {
            if (!mayLeave() || !box.offer(next)) {
                break;
            }
            leaving.remove();
            moved++;
            weight += waiting.weigh(next);
        }
        return release(moved, weight) && (leaving.isEmpty() || moved == atMost);
    }

    /** Gives room back; true if something is left. */
    private boolean release(int moved, int weight) {
        gate.lock();
        try {
            left += moved;
            waiting.release(weight);
            if (roomAwaited && waiting.hasMuchRoom()) {
                roomAwaited = false;
                gate.stir();
            }
            return left < sent;
        } finally {
            gate.unlock();
        }
    }

    private boolean mayLeave() {
        if (before == null) {
            return true;
        }
        gate.lock();
        try {
            for (Mark each : marks.element()) {
                if (each.outbox.left < each.sent) {
                    return false;
                }
            }
            marks.remove();
            return true;
        } finally {
            gate.unlock();
        }
    }

    /** True when all that was sent has left. */
    boolean isEmpty() {
        gate.lock();
        try {
            return left == sent;
        } finally {
            gate.unlock();
        }
    }

    /** Lets nothing in any more; what is left here goes to the consumer. */
    void close(Consumer<? super T> leftOver) {
        gate.lock();
        try {
            closed = true;
            waiting.moveTo(leaving);
            left = sent;
            gate.stir();
        } finally {
            gate.unlock();
        }
        for (T next = leaving.poll(); next != null; next = leaving.poll()) {
            leftOver.accept(next);
        }
    }
}
