package org.kamaelia.chassis;

import java.util.Objects;
import java.util.function.Function;
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
 * One child at a time, each made anew from a message: what comes to an end by itself becomes reusable. Kamaelia's
 * {@code Carousel}.
 *
 * <ol>
 *   <li>A message on {@code next} makes a child, by the factory. The carousel's {@code inbox} and {@code outbox}
 *       are the child's, as far as it has such.
 *   <li>When the child has ended and nothing waits on {@code next}, {@link Request#NEXT} goes out of {@code requestNext}.
 *   <li>When a message on {@code next} comes while a child is there, that is told to stop by {@link
 *       ShutdownMicroprocess}; the message is used when it has ended.
 * </ol>
 *
 * <p>What a child has not taken from its inbox when it ends is there for the next, before what came since. What a child says on
 * {@code signal} is ignored, and one that throws has ended like another; a factory that throws ends the carousel.
 *
 * <p>On {@link ProducerFinished} it uses what waits on {@code next}, then passes the message on to the child, and
 * when that has ended out of {@code signal}, and ends. On {@link ShutdownMicroprocess} it does so at once. Other
 * signals go to the child.
 *
 * @param <A> what children are made from
 */
public final class Carousel<A> extends Component {
    /** What goes out of {@code requestNext}. */
    public enum Request {
        NEXT
    }

    private final Inbox<Signal> control = control();
    private final Inbox<A> next;
    private final Class<Object> type;
    private final Inbox<Object> inbox;
    private final Box outbox;
    private final Outbox<Request> requestNext = addOutbox("requestNext", Request.class);
    private final Function<? super A, ? extends Component> factory;

    private boolean toRequest;
    private @Nullable Component child;
    private @Nullable Inbox<?> childInbox;

    /** Leads to the child's inbox until that has taken what came before the child. */
    private @Nullable Outbox<Object> feeding;

    private boolean childToldToStop;
    private @Nullable Signal pleaseStop;
    private @Nullable ShutdownMicroprocess mustStop;

    /**
     * A carousel without a child.
     *
     * @param argument what comes on {@code next}
     * @param in what the children's {@code inbox} takes
     * @param out what the children's {@code outbox} sends
     * @param factory makes a child, not active yet
     */
    @SuppressWarnings("unchecked") // the messages are only handed on, between boxes of the same type
    public Carousel(Class<A> argument, Class<?> in, Class<?> out, Function<? super A, ? extends Component> factory) {
        this.next = addInbox("next", argument);
        this.type = (Class<Object>) in;
        this.inbox = inbox("inbox", type);
        this.outbox = outbox("outbox", out);
        this.factory = factory;
    }

    /** Has it ask for the first argument too, once it is active. Kamaelia's {@code make1stRequest}. */
    public Carousel<A> make1stRequest() {
        toRequest = true;
        return this;
    }

    @Override
    protected Next step() {
        obeyControl();
        request();
        if (child != null) {
            feed();
            stopChildIfDue();
            return PAUSE;
        }
        Signal farewell = mustStop;
        if (farewell == null) {
            A argument = next.poll();
            if (argument != null) {
                replaceChild(Objects.requireNonNull(
                        factory.apply(argument), () -> "the factory made no child of " + argument));
                // The child gets its turn before anything else is decided about it.
                return AGAIN;
            }
            farewell = pleaseStop;
        }
        if (farewell == null) {
            return PAUSE;
        }
        signal().send(farewell);
        return DONE;
    }

    private void obeyControl() {
        for (Signal each = control.poll(); each != null; each = control.poll()) {
            if (each instanceof ShutdownMicroprocess stop) {
                mustStop = stop;
                tellChild(stop);
                childToldToStop = true;
            } else if (each instanceof ProducerFinished) {
                pleaseStop = each;
            } else {
                tellChild(each);
            }
        }
        toRequest &= mustStop == null && pleaseStop == null;
    }

    /** A request that finds no room is made later, unless an argument has come by then. */
    private void request() {
        if (toRequest && requestNext.offer(Request.NEXT)) {
            toRequest = false;
        }
    }

    private void stopChildIfDue() {
        if (childToldToStop) {
            return;
        }
        if (next.dataReady()) {
            tellChild(new ShutdownMicroprocess());
            childToldToStop = true;
        } else if (pleaseStop != null && feeding == null) {
            tellChild(pleaseStop);
            childToldToStop = true;
        }
    }

    private void tellChild(Signal signal) {
        if (child != null) {
            tell(child.control(), signal);
        }
    }

    // ---- the child

    private void replaceChild(Component made) {
        toRequest = false;
        childToldToStop = false;
        addChild(made);
        child = made;
        if (made.hasBox("inbox")) {
            childInbox = made.inbox("inbox");
            feeding = addOutbox("_inbox", type);
            linkUntyped(feeding, childInbox);
        }
        if (made.hasBox("outbox")) {
            linkUntyped(made.outbox("outbox"), outbox);
        }
        activate(made);
        feed();
    }

    /** Hands on what waits, as far as the child has room; once nothing does, its inbox is the carousel's. */
    private void feed() {
        if (feeding == null || childInbox == null) {
            return;
        }
        while (inbox.dataReady()) {
            if (!feeding.hasRoom()) {
                return;
            }
            feeding.send(inbox.receive());
        }
        stopFeeding();
        linkUntyped(inbox, childInbox);
    }

    private void stopFeeding() {
        if (feeding != null) {
            remove(feeding);
            feeding = null;
        }
    }

    @Override
    protected void childEnded(Component ended, @Nullable Throwable failure) {
        child = null;
        stopFeeding();
        if (childInbox != null) {
            LentInbox.giveBack(childInbox, inbox, scheduler());
            childInbox = null;
        }
        toRequest = !next.dataReady();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (child != null) {
            end(child);
        }
    }
}
