package org.kamaelia.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Event;

/**
 * The last events of this process, in the order in which they came. Whoever follows them has a place in it and no queue: who
 * falls behind by more than are kept has missed some, and finds out. Any thread.
 */
public final class Happenings {

    /** As many as are kept unless somebody wants another number. */
    static final int KEPT = 10_000;

    private final Function<Component, @Nullable String> componentIds;
    private final Ids ids = new Ids("event");
    private final Set<Runnable> followers = new CopyOnWriteArraySet<>();
    private final Happening[] ring;
    private long last;

    /** @param componentIds what a component is called outside, null for one that cannot be asked for; any thread */
    Happenings(int kept, Function<Component, @Nullable String> componentIds) {
        this.componentIds = componentIds;
        this.ring = new Happening[kept];
    }

    void add(Event event) {
        Event kept = Keepable.of(event, componentIds);
        synchronized (this) {
            last++;
            ring[(int) (last % ring.length)] = new Happening(last, Instant.now(), kept);
        }
        followers.forEach(Runnable::run);
    }

    /** How each is called outside: by an id that no other process gives. */
    public String id(long number) {
        return ids.of(number);
    }

    /** The number of an id; empty for that of another process, and for what is none. */
    public OptionalLong number(String id) {
        return ids.number(id);
    }

    /** The number of the oldest that is kept; one more than that of the newest while there is none. */
    public synchronized long first() {
        return Math.max(1, last - ring.length + 1);
    }

    /** The number of the newest; 0 while there is none. */
    public synchronized long last() {
        return last;
    }

    /**
     * Events in their order.
     *
     * @param from the number of the first; if it is gone, the oldest there is comes first, and its number tells
     * @param most as many as that
     */
    public synchronized List<Happening> read(long from, int most) {
        List<Happening> read = new ArrayList<>();
        for (long number = Math.max(from, first()); number <= last && read.size() < most; number++) {
            read.add(ring[(int) (number % ring.length)]);
        }
        return read;
    }

    /**
     * Calls somebody after each event.
     *
     * @param told on the thread of the event, which it must not hold up
     */
    public void follow(Runnable told) {
        followers.add(told);
    }

    /** The opposite of {@link #follow}. */
    public void unfollow(Runnable told) {
        followers.remove(told);
    }
}
