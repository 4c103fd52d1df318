package org.kamaelia.component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A component that says what to do with each message, and leaves the stepping to this class: the style
 * to begin with.
 *
 * <pre>{@code
 * final class Shout extends Reactor {
 *     Shout() {
 *         Inbox<String> in = inbox("inbox", String.class);
 *         Outbox<String> out = outbox("outbox", String.class);
 *         on(in, out, line -> out.send(line.toUpperCase(Locale.ROOT)));
 *     }
 * }
 * }</pre>
 *
 * <p>One that does not react on {@code control} ends as Kamaelia's components do: on {@link
 * ProducerFinished} it finishes what it holds, then passes the message on by {@code signal}; on {@link
 * ShutdownMicroprocess} it stops at once and passes it on; other signals it ignores.
 */
public abstract class Reactor extends Component {
    /** So many messages of one box are handled in a step before others get their turn. */
    private static final int MESSAGES_PER_STEP = 64;

    private @Nullable Reaction<?> first;
    private @Nullable Inbox<Signal> control;
    private boolean controlTaken;
    private @Nullable Signal farewell;
    private boolean finishing;
    private @Nullable List<Timed> timed;

    private record Timed(Deadline deadline, Runnable action) {}

    protected Reactor() {}

    /** Handles every message of a box. */
    protected final <T> void on(Inbox<T> inbox, Consumer<? super T> handler) {
        add(new Reaction<>(inbox, null, handler));
    }

    /**
     * Handles every message of a box, but only while an outbox has room: the handler can send one message
     * there and will not be refused.
     */
    protected final <T> void on(Inbox<T> inbox, Outbox<?> whileRoomIn, Consumer<? super T> handler) {
        add(new Reaction<>(inbox, whileRoomIn, handler));
    }

    private void add(Reaction<?> reaction) {
        if (reaction.inbox.owner != this) {
            throw new IllegalArgumentException(reaction.inbox + " does not belong to " + this);
        }
        for (Reaction<?> each = first; each != null; each = each.next) {
            if (each.inbox == reaction.inbox) {
                throw new IllegalArgumentException(
                        reaction.inbox + " has a handler already, which takes every message; let that one do both");
            }
        }
        controlTaken |= reaction.inbox.name().equals("control");
        if (first == null) {
            first = reaction;
        } else {
            Reaction<?> last = first;
            while (last.next != null) {
                last = last.next;
            }
            last.next = reaction;
        }
    }

    /**
     * Runs something once, after a while, as a step of this component; several that are late run in the
     * order of their times. What waits for its time when this component ends is not done, also where it ends because the
     * peer has sent its last and nothing waits in its boxes.
     *
     * @return to cancel it
     */
    protected final Deadline after(Duration delay, Runnable action) {
        if (timed == null) {
            timed = new ArrayList<>(2);
        }
        Deadline deadline = wakeAfter(delay);
        timed.add(new Timed(deadline, action));
        return deadline;
    }

    /** Ends this component after the step under way; call {@code signal().send(...)} before to say farewell. */
    protected final void finish() {
        finishing = true;
    }

    /** True while no message is to be handled, because something else is awaited; for extensions. */
    protected boolean isHeld() {
        return false;
    }

    @Override
    protected Next step() {
        runTimed();
        boolean more = false;
        if (!isHeld()) {
            for (Reaction<?> each = first; each != null && !finishing && !isHeld(); each = each.next) {
                more |= each.fire(this);
            }
        }
        if (!controlTaken && !finishing) {
            obeyControl();
        }
        if (finishing) {
            return DONE;
        }
        return more ? AGAIN : PAUSE;
    }

    private void runTimed() {
        if (timed == null) {
            return;
        }
        for (Timed due = takeDue(timed); due != null; due = finishing ? null : takeDue(timed)) {
            due.action.run();
        }
    }

    /** The earliest whose time has come; forgets those that were cancelled. */
    private static @Nullable Timed takeDue(List<Timed> timed) {
        Timed due = null;
        timed.removeIf(each -> each.deadline.isCancelled());
        for (Timed each : timed) {
            if (each.deadline.hasPassed() && (due == null || each.deadline.at - due.deadline.at < 0)) {
                due = each;
            }
        }
        if (due != null) {
            timed.remove(due);
        }
        return due;
    }

    private void obeyControl() {
        Inbox<Signal> from = control;
        if (from == null) {
            from = control();
            control = from;
        }
        while (from.dataReady()) {
            Signal signal = from.receive();
            if (signal instanceof ShutdownMicroprocess) {
                farewell = signal;
                passOn(signal);
                return;
            }
            if (signal instanceof ProducerFinished && farewell == null) {
                farewell = signal;
            }
        }
        if (farewell != null && holdsNothing()) {
            passOn(farewell);
        }
    }

    private void passOn(Signal signal) {
        signal().send(signal);
        finish();
    }

    private boolean holdsNothing() {
        if (isHeld()) {
            return false;
        }
        for (Reaction<?> each = first; each != null; each = each.next) {
            if (each.inbox.dataReady()) {
                return false;
            }
        }
        return true;
    }

    /** What to do with the messages of one box. */
    private static final class Reaction<T> {
        final Inbox<T> inbox;
        private final @Nullable Outbox<?> whileRoomIn;
        private final Consumer<? super T> handler;

        @Nullable
        Reaction<?> next;

        Reaction(Inbox<T> inbox, @Nullable Outbox<?> whileRoomIn, Consumer<? super T> handler) {
            this.inbox = inbox;
            this.whileRoomIn = whileRoomIn;
            this.handler = handler;
        }

        /** Handles what waits; true if more could be handled now. */
        boolean fire(Reactor reactor) {
            for (int i = 0; i < MESSAGES_PER_STEP; i++) {
                if (!inbox.dataReady() || (whileRoomIn != null && !whileRoomIn.hasRoom())) {
                    return false;
                }
                handler.accept(inbox.receive());
                if (reactor.finishing || reactor.isHeld()) {
                    return false;
                }
            }
            return true;
        }
    }
}
