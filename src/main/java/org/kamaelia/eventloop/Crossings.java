package org.kamaelia.eventloop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Signal;

/**
 * The boxes of one component that its body has, and what crosses there. Confined to the scheduler's thread,
 * except {@link #sentBefore}.
 */
final class Crossings {
    /** So many messages of one box cross in a step before others get their turn. */
    private static final int MESSAGES_PER_STEP = 256;

    private final Gate gate;
    private final List<ThreadInbox<?>> inboxes = new ArrayList<>(2);

    /** Those that carry no signals; read by the body's thread too. */
    private final List<ThreadOutbox<?>> outboxes = new CopyOnWriteArrayList<>();

    private final List<ThreadOutbox<?>> signals = new ArrayList<>(1);
    private @Nullable ThreadInbox<Signal> control;

    Crossings(Gate gate) {
        this.gate = gate;
    }

    @SuppressWarnings("unchecked")
    <T> ThreadInbox<T> add(Inbox<T> inbox, int bound) {
        checkFree(inbox);
        ThreadInbox<T> end = new ThreadInbox<>(gate, inbox, (Class<T>) inbox.type(), bound);
        inboxes.add(end);
        if (inbox.name().equals("control") && inbox.type() == Signal.class) {
            control = (ThreadInbox<Signal>) end;
        }
        return end;
    }

    @SuppressWarnings("unchecked")
    <T> ThreadOutbox<T> add(Outbox<T> outbox, int bound) {
        checkFree(outbox);
        boolean carriesSignals = outbox.type() == Signal.class;
        ThreadOutbox<T> end = new ThreadOutbox<>(
                gate, outbox, (Class<T>) outbox.type(), bound, carriesSignals ? this::sentBefore : null);
        (carriesSignals ? signals : outboxes).add(end);
        return end;
    }

    private void checkFree(Box box) {
        if (has(box)) {
            throw new IllegalArgumentException(box + " is given to the thread already");
        }
    }

    boolean has(Box box) {
        return inboxes.stream().anyMatch(each -> each.box() == box)
                || outboxes.stream().anyMatch(each -> each.box() == box)
                || signals.stream().anyMatch(each -> each.box() == box);
    }

    void remove(ThreadInbox<?> end, Consumer<Object> left) {
        inboxes.remove(end);
        end.close(left);
    }

    void remove(ThreadOutbox<?> end, Consumer<Object> left) {
        outboxes.remove(end);
        signals.remove(end);
        end.close(left);
    }

    /** What a signal that is sent now may not overtake; asked by the body's thread, under the gate's lock. */
    private List<ThreadOutbox.Mark> sentBefore() {
        return outboxes.stream()
                .map(ThreadOutbox::mark)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Takes to the body what has come and has room there; true if it could go on. */
    boolean moveIn() {
        boolean more = false;
        for (ThreadInbox<?> each : inboxes) {
            more |= each.moveIn(MESSAGES_PER_STEP);
        }
        return more;
    }

    /** Sends what the body has sent, as far as its destinations take it; true if it could go on. */
    boolean moveOut() {
        boolean more = false;
        for (ThreadOutbox<?> each : outboxes) {
            more |= each.moveOut(MESSAGES_PER_STEP);
        }
        // After those that they may have to wait for.
        for (ThreadOutbox<?> each : signals) {
            more |= each.moveOut(MESSAGES_PER_STEP);
        }
        return more;
    }

    /** True when the boxes hold nothing that is to go to the body. */
    boolean allIn() {
        return inboxes.stream().noneMatch(each -> each.box().dataReady());
    }

    /** True when all that the body has sent has left. */
    boolean allOut() {
        return outboxes.stream().allMatch(ThreadOutbox::isEmpty)
                && signals.stream().allMatch(ThreadOutbox::isEmpty);
    }

    /** Where the body gets its signals; null if it does not. */
    @Nullable
    ThreadInbox<Signal> control() {
        return control;
    }

    /** Lets nothing cross any more; what waits goes to the consumer, with its box. */
    void close(BiConsumer<Box, Object> left) {
        inboxes.forEach(each -> each.close(message -> left.accept(each.box(), message)));
        outboxes.forEach(each -> each.close(message -> left.accept(each.box(), message)));
        signals.forEach(each -> each.close(message -> left.accept(each.box(), message)));
    }
}
