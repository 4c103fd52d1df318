package org.kamaelia.eventloop;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;

/**
 * A component whose body runs on a thread of its own and may block. Axon's {@code threadedcomponent} and
 * {@code threadedadaptivecommscomponent}.
 *
 * <pre>{@code
 * final class Lookup extends ThreadedComponent {
 *     private final ThreadInbox<String> in = toThread(inbox("inbox", String.class));
 *     private final ThreadOutbox<String> out = fromThread(outbox("outbox", String.class));
 *
 *     @Override
 *     protected void run() throws Exception {
 *         for (String name = in.receive(); name != null; name = in.receive()) {
 *             out.put(InetAddress.getByName(name).getHostAddress());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>To others it is a component like any other, with the same boxes. Between a box and the body stands a
 * bounded queue, so a body that does not read makes its senders wait, and a slow destination makes the
 * body wait.
 *
 * <ol>
 *   <li>The body starts at the component's first turn, on a virtual thread where the JVM has them.
 *   <li>On {@link ProducerFinished} it gets the messages that are there, then {@link ThreadInbox#receive}
 *       returns null; on {@link ShutdownMicroprocess} the component ends at once. Either is passed on by
 *       {@code signal}. One that gives {@code control} to its thread does all of this itself.
 *   <li>When the body returns, the component stays until all that was sent has been delivered, then ends;
 *       if the body throws, it ends so as one that failed.
 *   <li>When the component is ended before, what waits goes nowhere and the thread is interrupted. A thread
 *       that has not ended after a while is told of by {@link ThreadOverdue}.
 * </ol>
 *
 * <p>{@link #run}, {@link #call}, {@link #sync}, {@link #pause}, {@link #isFinishing} and the ends {@link
 * ThreadInbox} and {@link ThreadOutbox} belong to the body's thread, all else of the component to the
 * scheduler's: within {@link #call} the body can use it. A virtual thread that computes for long, or blocks
 * in native code, keeps others from running; {@link #onPlatformThread} is for such bodies.
 */
public abstract class ThreadedComponent extends Component {
    private final Gate gate = new Gate(this);
    private final Crossings crossings = new Crossings(gate);

    // The scheduler's thread.
    private @Nullable Signal farewell;
    private @Nullable BodyThread thread;
    private boolean platform;
    private Duration patience = Duration.ofSeconds(10);

    protected ThreadedComponent() {}

    /**
     * The body. It may block, and should end when it is interrupted.
     *
     * @throws Exception ends the component as one that failed, once all that was sent is delivered
     */
    protected abstract void run() throws Exception;

    /**
     * Called once at the end, on the scheduler's thread, while boxes still work. The body may still run,
     * interrupted.
     *
     * @param failure what the body threw; null for an end without failure
     */
    protected void ending(@Nullable Throwable failure) {}

    // ---- what the constructor says

    /** Gives an inbox to the body, with a queue of its type's default bound. */
    protected final <T> ThreadInbox<T> toThread(Inbox<T> inbox) {
        return toThread(inbox, 0);
    }

    /**
     * Gives an inbox to the body. Of one that was added later, in a {@link #call} say, too.
     *
     * @param bound from how many messages, or what weight, on the queue is full; 0 for the type's default
     */
    protected final <T> ThreadInbox<T> toThread(Inbox<T> inbox, int bound) {
        checkOwn(inbox);
        return crossings.add(inbox, bound);
    }

    /** Gives an outbox to the body, with a queue of its type's default bound. */
    protected final <T> ThreadOutbox<T> fromThread(Outbox<T> outbox) {
        return fromThread(outbox, 0);
    }

    /**
     * Gives an outbox to the body. Of one that was added later, in a {@link #call} say, too.
     *
     * @param bound from how many messages, or what weight, on the queue is full; 0 for the type's default
     */
    protected final <T> ThreadOutbox<T> fromThread(Outbox<T> outbox, int bound) {
        checkOwn(outbox);
        return crossings.add(outbox, bound);
    }

    private void checkOwn(Box box) {
        if (box.owner() != this) {
            throw new IllegalArgumentException(box + " does not belong to " + this);
        }
        if (isActive() && !scheduler().inThread()) {
            throw new IllegalStateException("boxes are given to the thread on the scheduler's; give " + box
                    + " in the constructor, or within call");
        }
    }

    /** Removes a box that was added and given to the body; what waits goes nowhere. */
    protected final void remove(ThreadInbox<?> end) {
        remove(end.box());
        crossings.remove(end, message -> nowhere(end.box(), message));
    }

    /** Removes a box that was added and given to the body; what waits goes nowhere. */
    protected final void remove(ThreadOutbox<?> end) {
        remove(end.box());
        crossings.remove(end, message -> nowhere(end.box(), message));
    }

    /**
     * Has the body run on a thread of the operating system, not on a virtual one. Before activation.
     *
     * @throws IllegalStateException if the body runs already
     */
    protected final void onPlatformThread() {
        if (gate.isOpen()) {
            throw new IllegalStateException(
                    "the body of " + this + " has its thread already; ask for another kind in the constructor");
        }
        platform = true;
    }

    /** How long the thread may go on after the component's end before it is told of; 10 s by default. */
    protected final void patience(Duration newPatience) {
        if (newPatience.isNegative() || newPatience.isZero()) {
            throw new IllegalArgumentException(
                    "the patience with the thread of " + this + " must be positive, not " + newPatience);
        }
        patience = newPatience;
    }

    // ---- the body's thread

    /**
     * Runs something on the scheduler's thread, after what was sent before it has left as far as there is
     * room, and waits for it: to add, link or remove boxes, to activate components.
     *
     * @return its result; what it throws is thrown here
     * @throws InterruptedException if the component is ended meanwhile, or has ended
     */
    protected final <R> R call(Supplier<R> work) throws InterruptedException {
        gate.checkBody("call");
        FutureTask<R> task = new FutureTask<>(work::get);
        gate.submit(task);
        try {
            return task.get();
        } catch (InterruptedException interrupted) {
            task.cancel(false);
            throw interrupted;
        } catch (CancellationException ended) {
            throw gate.interrupted();
        } catch (ExecutionException failed) {
            throw unchecked(Objects.requireNonNull(failed.getCause()));
        }
    }

    /** Waits until the scheduler has given this component a turn: keeps step with the others. Axon's {@code sync}. */
    protected final void sync() throws InterruptedException {
        boolean unused = call(() -> true);
    }

    /** Waits until something happens, as long as it takes; see {@link #pause(Duration)}. */
    protected final void pause() throws InterruptedException {
        gate.checkBody("pause");
        boolean unused = gate.pause(Long.MAX_VALUE);
    }

    /**
     * Waits until something happens: a message came, there is room after a refusal, {@link #isFinishing}
     * became true, somebody called {@link #wake}. What has happened since the last time counts; it may
     * return for less than that.
     *
     * @return false if the time has passed
     * @throws InterruptedException if the component is ended meanwhile
     */
    protected final boolean pause(Duration atMost) throws InterruptedException {
        gate.checkBody("pause");
        return gate.pause(TimeUnit.NANOSECONDS.convert(atMost));
    }

    /** True once {@link ProducerFinished} has come and all before it is with the body, which is to return after it. */
    protected final boolean isFinishing() {
        gate.checkBody("isFinishing");
        gate.lock();
        try {
            return gate.isFinishing();
        } finally {
            gate.unlock();
        }
    }

    // ---- the scheduler's thread

    @Override
    protected final Next step() {
        if (thread == null) {
            start();
        }
        gate.beginStep();
        boolean returned = gate.hasReturned();
        boolean more = !returned && crossings.moveIn();
        more |= crossings.moveOut();
        if (!more) {
            gate.runCalls();
        }
        if (hasEnded() || obeyShutdown(returned)) {
            return DONE;
        }
        gate.endStep();
        if (returned && crossings.allOut()) {
            return end();
        }
        return more ? AGAIN : PAUSE;
    }

    private void start() {
        for (Box box : boxes()) {
            boolean lent = box instanceof Inbox<?> ? box.isLinked() : box.hasSources();
            if (box.type() != Signal.class && !lent && !crossings.has(box)) {
                throw new IllegalStateException(box + " is not given to the thread; declare it by "
                        + (box instanceof Inbox<?> ? "toThread(inbox(" : "fromThread(outbox(") + "\"" + box.name()
                        + "\", ...))");
            }
        }
        BodyThread started = new BodyThread(Threads.of(scheduler()), gate, toString(), platform, () -> {
            run();
            return true;
        });
        thread = started;
        started.start();
    }

    /** Ends as components do whose control nobody else takes; true if it is to end at once. */
    private boolean obeyShutdown(boolean returned) {
        for (Signal next = nextSignal(returned); next != null; next = nextSignal(returned)) {
            if (next instanceof ShutdownMicroprocess) {
                signal().send(next);
                return true;
            }
            if (next instanceof ProducerFinished && farewell == null) {
                farewell = next;
            }
        }
        if (farewell != null && crossings.allIn()) {
            gate.finish();
        }
        return false;
    }

    /** What nobody else takes from control: the body does if it was given it, until it has returned. */
    private @Nullable Signal nextSignal(boolean returned) {
        ThreadInbox<Signal> ofBody = crossings.control();
        if (ofBody == null) {
            return control().poll();
        }
        if (!returned) {
            return null;
        }
        Signal left = ofBody.takeLeft();
        return left == null ? ofBody.box().poll() : left;
    }

    private Next end() {
        Throwable failure = gate.failure();
        if (failure != null) {
            throw unchecked(failure);
        }
        if (farewell != null) {
            signal().send(farewell);
        }
        return DONE;
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new BodyFailed(thrown);
    }

    @Override
    protected final void ended(@Nullable Throwable failure) {
        gate.close();
        BodyThread started = thread;
        if (started != null) {
            started.expectEnd(patience);
        }
        try {
            ending(failure);
        } finally {
            crossings.close(this::nowhere);
        }
    }

    /** The body threw a checked exception. */
    public static final class BodyFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BodyFailed(Throwable cause) {
            super("the body failed: " + cause, cause);
        }
    }
}
