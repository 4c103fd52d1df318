package org.kamaelia.eventloop;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Inbox;

/**
 * The body's end of an inbox of a {@link ThreadedComponent}: a bounded queue that the component fills from
 * the box. A body that does not read leaves it full, then the box too, and senders are refused.
 *
 * <p>All public methods but {@link #box} and {@link #name} belong to the body's thread. Once the component
 * has ended they throw {@link InterruptedException} if they may wait, else {@link CancellationException}.
 *
 * @param <T> what it takes
 */
public final class ThreadInbox<T> {
    private final Gate gate;
    private final Inbox<T> box;

    // Guarded by the gate.
    private final WeighedQueue<T> waiting;

    /** The box holds messages for which there was no room here. */
    private boolean roomAwaited;

    /** The box has been removed, or its owner has ended. */
    private boolean closed;

    ThreadInbox(Gate gate, Inbox<T> box, Class<T> type, int bound) {
        this.gate = gate;
        this.box = box;
        this.waiting = new WeighedQueue<>(type, bound);
    }

    /** The box that others send to. It belongs to the scheduler's thread. */
    public Inbox<T> box() {
        return box;
    }

    /** Its Kamaelia name. */
    public String name() {
        return box.name();
    }

    /**
     * Takes the oldest message; waits until there is one.
     *
     * @return null at the end: who sends here has finished, and nothing waits
     * @throws InterruptedException if the component is ended meanwhile
     */
    public @Nullable T receive() throws InterruptedException {
        return take(Long.MAX_VALUE);
    }

    /**
     * Takes the oldest message; waits for one so long.
     *
     * @return null if none came, or at the end: {@link #atEnd} tells
     * @throws InterruptedException if the component is ended meanwhile
     */
    public @Nullable T receive(Duration atMost) throws InterruptedException {
        return take(TimeUnit.NANOSECONDS.convert(atMost));
    }

    /** Takes the oldest message; null if none waits. */
    public @Nullable T poll() {
        gate.checkBody(box);
        T message;
        boolean wake;
        gate.lock();
        try {
            checkOpen();
            message = waiting.poll();
            wake = message != null && givesRoom();
        } finally {
            gate.unlock();
        }
        if (wake) {
            gate.wakeLoop();
        }
        return message;
    }

    private @Nullable T take(long nanos) throws InterruptedException {
        gate.checkBody(box);
        T message;
        boolean wake;
        gate.lock();
        try {
            boolean unused = gate.await(() -> closed || !waiting.isEmpty() || gate.isFinishing(), nanos);
            checkOpen();
            message = waiting.poll();
            wake = message != null && givesRoom();
        } finally {
            gate.unlock();
        }
        if (wake) {
            gate.wakeLoop();
        }
        return message;
    }

    private void checkOpen() {
        gate.checkOpen();
        if (closed) {
            throw new IllegalStateException(box + " has been removed");
        }
    }

    /** True if a step is worth while, and has to be woken for, since what the box holds has room here now. */
    private boolean givesRoom() {
        if (!roomAwaited || !waiting.hasMuchRoom()) {
            return false;
        }
        roomAwaited = false;
        return gate.askForStep();
    }

    /** True when a message waits here. */
    public boolean dataReady() {
        gate.checkBody(box);
        gate.lock();
        try {
            checkOpen();
            return !waiting.isEmpty();
        } finally {
            gate.unlock();
        }
    }

    /** True when nothing waits and who sends here has finished. */
    public boolean atEnd() {
        gate.checkBody(box);
        gate.lock();
        try {
            checkOpen();
            return waiting.isEmpty() && gate.isFinishing();
        } finally {
            gate.unlock();
        }
    }

    // ---- the scheduler's thread

    /** Takes from the box what has room here; true if it could go on. */
    boolean moveIn(int atMost) {
        if (!box.dataReady()) {
            return false;
        }
        gate.lock();
        try {
            int moved = 0;
            while (moved < atMost && box.dataReady() && waiting.hasRoom()) {
                waiting.add(box.receive());
                moved++;
            }
            if (moved > 0) {
                gate.stir();
            }
            boolean room = waiting.hasRoom();
            roomAwaited = box.dataReady() && !room;
            return box.dataReady() && room;
        } finally {
            gate.unlock();
        }
    }

    /** Takes the oldest message when there is no body any more. */
    @Nullable
    T takeLeft() {
        gate.lock();
        try {
            return waiting.poll();
        } finally {
            gate.unlock();
        }
    }

    /** Lets nothing in any more; what is left here goes to the consumer. */
    void close(Consumer<? super T> leftOver) {
        gate.lock();
        try {
            closed = true;
            gate.stir();
        } finally {
            gate.unlock();
        }
        for (T next = takeLeft(); next != null; next = takeLeft()) {
            leftOver.accept(next);
        }
    }
}
