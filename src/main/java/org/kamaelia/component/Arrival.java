package org.kamaelia.component;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a {@link RemoteLinkage}: batches come into its inbox, the window seeing to it that they are never too
 * much, and it moves them on into the sink as that has room. It ends after the last batch, or with the sink's component:
 * then what it holds goes nowhere.
 */
final class Arrival<T> extends Component {
    /** So many messages are moved in a step before others get their turn. */
    private static final int MESSAGES_PER_STEP = 64;

    final Class<T> carries;
    private final Inbox<T> in;
    private final RemoteLinkage remote;
    private final Outbox<T> out;
    private final Linkage linkage;
    private final int window;
    private final Runnable giveBack = this::giveBack;

    /** Space of the window that has been made and not yet given back. */
    private int freed;

    /** It will give back at the end of the cycle. */
    private boolean givingBack;

    private boolean last;

    Arrival(RemoteLinkage remote, Inbox<T> sink, int window) {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) sink.type;
        this.carries = type;
        this.remote = remote;
        this.window = window;
        this.in = addInbox("inbox", type, window);
        this.out = addOutbox("outbox", type);
        this.linkage = Linkage.make(this, out, sink);
    }

    /** On the sink's thread, between two cycles. */
    void arrive(List<Object> messages, boolean lastBatch) {
        if (hasEnded()) {
            lose(messages);
            return;
        }
        for (Object message : messages) {
            in.appendMoved(message);
        }
        last |= lastBatch;
        wakeHere();
    }

    void lose(List<Object> messages) {
        for (Object message : messages) {
            nowhere(in, message);
        }
    }

    @Override
    protected Next step() {
        if (!linkage.isLinked()) {
            return DONE;
        }
        int before = in.used();
        for (int moved = 0; moved < MESSAGES_PER_STEP && in.dataReady() && out.hasRoom(); moved++) {
            out.send(in.receive());
        }
        freed += before - in.used();
        boolean more = in.dataReady();
        if (freed > 0 && !givingBack && (!more || freed >= window / 2)) {
            givingBack = true;
            scheduler().atCycleEnd(giveBack);
        }
        if (last && !more) {
            return DONE;
        }
        return more && out.hasRoom() ? AGAIN : PAUSE;
    }

    private void giveBack() {
        givingBack = false;
        remote.giveBack(freed);
        freed = 0;
    }

    @Override
    void undone(Linkage gone) {
        wakeHere();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (!last) {
            remote.close();
        }
        remote.halfEnded();
    }

    @Override
    public String toString() {
        return super.toString() + "(" + remote + ")";
    }
}
