package org.kamaelia.component;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The near end of a {@link RemoteLinkage}: the source's chain ends in its inbox, whose bound is the window. It ends with
 * the linkage that leads there, and ships what it holds.
 */
final class Departure<T> extends Component {
    private final RemoteLinkage remote;
    private final Arrival<T> arrival;
    private final Inbox<T> in;
    private final Linkage linkage;
    private final Runnable ship = this::ship;

    /** It will ship at the end of the cycle. */
    private boolean shipping;

    /**
     * What crosses at once.
     *
     * @param messages to be delivered in this order
     * @param last whether nothing comes after it
     */
    private record Batch<T>(Arrival<T> arrival, List<Object> messages, boolean last) implements Ingress.Entry {
        @Override
        public void enter() {
            arrival.arrive(messages, last);
        }

        @Override
        public void refuse() {
            arrival.lose(messages);
        }
    }

    /**
     * Links the source to its inbox; throws as {@link Linkage#make} does.
     *
     * @param arrival on the other scheduler; only its final fields are read here
     */
    Departure(RemoteLinkage remote, Box source, Arrival<T> arrival, int window) {
        this.remote = remote;
        this.arrival = arrival;
        this.in = addInbox("inbox", arrival.carries, window);
        this.linkage = Linkage.make(this, source, in);
    }

    @Override
    protected Next step() {
        if (!linkage.isLinked()) {
            return DONE;
        }
        if (in.dataReady() && !shipping && mayShip()) {
            shipping = true;
            scheduler().atCycleEnd(ship);
        }
        return PAUSE;
    }

    /** Nothing bounds signals but that the next batch waits for the answer to the last. */
    private boolean mayShip() {
        return in.type != Signal.class || in.used() == in.size();
    }

    private void ship() {
        shipping = false;
        if (in.dataReady()) {
            ship(false);
        }
    }

    private void ship(boolean last) {
        List<Object> batch = takeAll();
        if (remote.arrivals().offer(new Batch<>(arrival, batch, last))) {
            return;
        }
        // The arrival has ended with its scheduler, and says so.
        for (Object message : batch) {
            nowhere(in, message);
        }
    }

    private List<Object> takeAll() {
        List<Object> all = new ArrayList<>(in.size());
        for (Object next = in.takeAhead(); next != null; next = in.takeAhead()) {
            all.add(next);
        }
        return all;
    }

    /** So much has been moved on into the sink. */
    void giveBack(int space) {
        in.giveBack(space);
        if (in.dataReady()) {
            wakeHere();
        }
    }

    @Override
    void undone(Linkage gone) {
        wakeHere();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        ship(true);
        remote.halfEnded();
    }

    @Override
    public String toString() {
        return super.toString() + "(" + remote + ")";
    }
}
