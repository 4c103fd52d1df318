package org.kamaelia.eventloop;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;

/**
 * Where a component's own thread, its body's, and the scheduler's meet: the lock of all that crosses, and
 * who is to be woken. A lock for every message is cheap; a wake is not, so either side is woken only when
 * it waits, and once for all that has come by then.
 */
final class Gate {
    private final Component component;

    /** Not a monitor: a virtual thread that waits must not hold on to its carrier, on any JVM. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** Set by the scheduler's thread before the body's starts. */
    private volatile @Nullable Thread body;

    // Guarded by the lock.

    /** The component has been asked to step and has not begun to. */
    private boolean stepAsked;

    /** The step under way was asked for by others, and the body does not know yet. */
    private boolean tellOfStep;

    /** Something happened since the body last paused. */
    private boolean stirred;

    /** No more messages are to come, those that wait are the last. */
    private boolean finishing;

    /** The component has ended. */
    private boolean closed;

    private boolean returned;
    private @Nullable Throwable failure;
    private final Queue<FutureTask<?>> calls = new ArrayDeque<>();

    Gate(Component component) {
        this.component = component;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    // ---- the scheduler's thread

    void open(Thread thread) {
        body = thread;
    }

    /** True once the body has a thread. Any thread. */
    boolean isOpen() {
        return body != null;
    }

    /** What crosses from now on asks for a step anew. */
    void beginStep() {
        lock();
        try {
            tellOfStep = !stepAsked;
            stepAsked = false;
        } finally {
            unlock();
        }
    }

    /** If nothing else has, a step wakes the body that it did not ask for: somebody called wake(). */
    void endStep() {
        lock();
        try {
            if (tellOfStep) {
                stir();
            }
        } finally {
            unlock();
        }
    }

    /** Wakes the body if it waits. The lock must be held. */
    void stir() {
        stirred = true;
        tellOfStep = false;
        changed.signal();
    }

    void finish() {
        lock();
        try {
            if (!finishing) {
                finishing = true;
                stir();
            }
        } finally {
            unlock();
        }
    }

    /** Does what the body waits for. */
    void runCalls() {
        for (FutureTask<?> next = nextCall(); next != null; next = nextCall()) {
            next.run();
        }
    }

    private @Nullable FutureTask<?> nextCall() {
        lock();
        try {
            return calls.poll();
        } finally {
            unlock();
        }
    }

    /** Lets nothing through any more, and interrupts the body. */
    void close() {
        lock();
        try {
            closed = true;
            Thread thread = body;
            if (thread != null && !returned) {
                thread.interrupt();
            }
        } finally {
            unlock();
        }
        for (FutureTask<?> next = nextCall(); next != null; next = nextCall()) {
            next.cancel(false);
        }
    }

    /** True once the body has returned or thrown: nothing more comes from it. */
    boolean hasReturned() {
        lock();
        try {
            return returned;
        } finally {
            unlock();
        }
    }

    /** What the body threw; null if it returned. */
    @Nullable
    Throwable failure() {
        lock();
        try {
            return failure;
        } finally {
            unlock();
        }
    }

    // ---- the body's thread

    /**
     * Refuses other threads.
     *
     * @throws IllegalStateException on any thread but the body's
     */
    void checkBody(Object what) {
        Thread current = Thread.currentThread();
        if (current != body) {
            throw new IllegalStateException(what + " is for the thread that runs the body of " + component
                    + ", not for " + current.getName() + "; other components are linked to its boxes");
        }
    }

    /**
     * Asks for a step. The lock must be held.
     *
     * @return true if {@link #wakeLoop} must be called, once the lock is given back
     */
    boolean askForStep() {
        boolean first = !stepAsked;
        stepAsked = true;
        return first;
    }

    void wakeLoop() {
        component.wake();
    }

    /**
     * Refuses what comes too late. The lock must be held.
     *
     * @throws CancellationException if the component has ended
     */
    void checkOpen() {
        if (closed) {
            throw new CancellationException(tooLate());
        }
    }

    private void checkOpenToWait() throws InterruptedException {
        if (closed) {
            throw interrupted();
        }
    }

    /**
     * What anything that waits throws once the component has ended, whether it had begun to wait or not. It
     * stands for the interrupt, which is taken back: what the body does then to end in order may wait.
     */
    InterruptedException interrupted() {
        boolean unused = Thread.interrupted();
        return new InterruptedException(tooLate());
    }

    private String tooLate() {
        return component + " has ended; its thread is to return";
    }

    /** The lock must be held. */
    boolean isFinishing() {
        return finishing;
    }

    /**
     * Waits until something is so, but no longer than said. The lock must be held.
     *
     * @return whether it is so
     * @throws InterruptedException if the component has ended
     */
    boolean await(BooleanSupplier so, long nanos) throws InterruptedException {
        checkOpenToWait();
        long left = nanos;
        while (!so.getAsBoolean()) {
            if (left <= 0) {
                return false;
            }
            left = changed.awaitNanos(left);
            checkOpenToWait();
        }
        return true;
    }

    /** Waits until something has happened since the last time; false if the time has passed without. */
    boolean pause(long nanos) throws InterruptedException {
        lock();
        try {
            boolean happened = await(() -> stirred, nanos);
            stirred = false;
            return happened;
        } finally {
            unlock();
        }
    }

    void submit(FutureTask<?> call) throws InterruptedException {
        boolean wake;
        lock();
        try {
            checkOpenToWait();
            calls.add(call);
            wake = askForStep();
        } finally {
            unlock();
        }
        if (wake) {
            wakeLoop();
        }
    }

    /** The body's last word; false if nobody listens because the component has ended. */
    boolean bodyReturned(@Nullable Throwable thrown) {
        lock();
        try {
            returned = true;
            failure = thrown;
            if (closed) {
                return false;
            }
            stepAsked = true;
        } finally {
            unlock();
        }
        wakeLoop();
        return true;
    }
}
