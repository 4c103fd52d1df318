package org.kamaelia.eventloop;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.MessageWeigher;
import org.kamaelia.component.Weighers;

/**
 * A queue with the bound of an inbox: it counts messages, or weight where a {@link MessageWeigher} knows
 * the type, and has room until its bound is reached. Guarded by whoever owns it.
 */
final class WeighedQueue<T> {
    private final ArrayDeque<T> messages = new ArrayDeque<>();
    private final @Nullable MessageWeigher weigher;
    private final int bound;
    private int used;

    /**
     * An empty one.
     *
     * @param bound from how many messages, or what weight, on it is full; 0 for the type's default
     */
    WeighedQueue(Class<T> type, int bound) {
        if (bound < 0) {
            throw new IllegalArgumentException("the bound of a queue must be at least 1, or 0 for the default of "
                    + type.getSimpleName() + ", not " + bound);
        }
        this.weigher = Weighers.of(type);
        this.bound = bound > 0 ? bound : Weighers.defaultBound(weigher);
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    boolean hasRoom() {
        return used < bound;
    }

    /** True when so much has gone that telling whoever waits for room is worth a wake. */
    boolean hasMuchRoom() {
        return used <= bound / 2;
    }

    void add(T message) {
        messages.add(message);
        used += weigh(message);
    }

    @Nullable
    T poll() {
        T message = messages.poll();
        if (message != null) {
            used -= weigh(message);
        }
        return message;
    }

    /** Moves all to where they stay a part of what is used here, until they are {@link #release}d. */
    void moveTo(Queue<? super T> other) {
        other.addAll(messages);
        messages.clear();
    }

    /** Gives back the room of messages that were moved. */
    void release(int weight) {
        used -= weight;
    }

    int weigh(T message) {
        MessageWeigher by = weigher;
        return by == null ? 1 : Math.max(1, by.weigh(message));
    }

    String describeFill() {
        return used + " of " + bound + " " + (weigher == null ? "messages" : weigher.unit());
    }
}
