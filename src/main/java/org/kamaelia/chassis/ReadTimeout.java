package org.kamaelia.chassis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Signal;
import org.kamaelia.tcp.CloseCause;

/**
 * A protocol handler, or another component that is sent a stream, with a limit on how long nothing may come
 * into its {@code inbox}. When that has passed, {@link ProducerFinished} goes out of {@code signal}, which ends a
 * connection, and to the handler. Kamaelia's {@code InactivityChassis}, of its {@code TimeOutCSA}.
 *
 * <pre>{@code
 * Protocol.of("shout", connection -> new ReadTimeout(Duration.ofSeconds(30), new Shout()))
 * }</pre>
 *
 * <p>Only what is received counts: a long reply to a silent peer is cut off, where a listener's {@code idleTimeout}
 * lets it live. A peer that is held up because the component has no room is not silent, and one that has ended its
 * input is not waited for: the listener's {@code closeTimeout} is the limit then. All boxes of the component
 * are passed through; it ends when the component has, and fails with it.
 *
 * <p>It costs a step for what comes at once, and no timer is touched by that: when its one deadline passes it
 * looks how long ago the last message came, and sets the next accordingly.
 */
public final class ReadTimeout extends Component {
    private final Duration limit;
    private final Component handler;
    private final Inbox<?> handlerInbox;
    private final Inbox<Signal> control = control();
    private final Inbox<Object> inbox;
    private final Outbox<Object> received;

    private boolean started;
    private @Nullable Deadline deadline;

    /** In the scheduler's clock. */
    private long lastReceived;

    /** Waits until what came before has been handed on. */
    private @Nullable ProducerFinished endOfInput;

    private @Nullable PartFailed failure;

    /**
     * A component with a limit.
     *
     * @param limit how long nothing may come
     * @param handler not active yet
     * @throws IllegalArgumentException if the limit is not more than 0
     * @throws java.util.NoSuchElementException if the handler has not made its {@code inbox}
     */
    @SuppressWarnings("unchecked") // the messages are only handed on, between boxes of the same type
    public ReadTimeout(Duration limit, Component handler) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("the limit of a read timeout must be more than 0, not " + limit);
        }
        this.limit = limit;
        this.handler = handler;
        this.handlerInbox = handler.inbox("inbox");
        Class<Object> type = (Class<Object>) handlerInbox.type();
        this.inbox = inbox("inbox", type);
        this.received = addOutbox("_received", type);
        linkUntyped(received, handlerInbox);
        link(handler.signal(), signal());
        handler.boxes().forEach(this::passThrough);
        addChild(handler);
    }

    private void passThrough(Box box) {
        String name = box.name();
        if (box instanceof Inbox<?> theirs) {
            if (!name.equals("inbox") && !name.equals("control")) {
                linkUntyped(addInbox(name, theirs.type()), theirs);
            }
        } else if (name.equals("outbox")) {
            linkUntyped(box, outbox(name, box.type()));
        } else if (!name.equals("signal")) {
            linkUntyped(box, addOutbox(name, box.type()));
        }
    }

    @Override
    protected Next step() {
        if (!started) {
            started = true;
            activate(handler);
            lastReceived = scheduler().cycleTime();
            deadline = wakeAfter(limit);
        }
        if (failure != null) {
            throw failure;
        }
        if (handler.hasEnded()) {
            return DONE;
        }
        handOn();
        obeyControl();
        if (deadline != null && deadline.hasPassed()) {
            deadline = null;
            look();
        }
        return PAUSE;
    }

    private void handOn() {
        while (inbox.dataReady()) {
            lastReceived = scheduler().cycleTime();
            if (!received.hasRoom()) {
                return;
            }
            received.send(inbox.receive());
        }
    }

    private void obeyControl() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ProducerFinished finished) {
                endOfInput = finished;
                stopWaiting();
            } else {
                tell(handler.control(), next);
            }
        }
        if (endOfInput != null && !inbox.dataReady()) {
            tell(handler.control(), endOfInput);
            endOfInput = null;
        }
    }

    private void stopWaiting() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void look() {
        Duration left = limit.minusNanos(scheduler().cycleTime() - lastReceived);
        if (left.isNegative() || left.isZero()) {
            ProducerFinished expired = new ProducerFinished(CloseCause.IDLE);
            signal().send(expired);
            tell(handler.control(), expired);
        } else {
            deadline = wakeAfter(left);
        }
    }

    @Override
    protected void childEnded(Component child, @Nullable Throwable thrown) {
        if (thrown != null) {
            failure = new PartFailed(child, thrown);
        }
        LentInbox.giveBack(handlerInbox, inbox, scheduler());
    }

    @Override
    protected void ended(@Nullable Throwable thrown) {
        end(handler);
    }
}
