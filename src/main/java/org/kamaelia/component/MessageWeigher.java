package org.kamaelia.component;

/**
 * Says that boxes of one message type are bounded by weight (bytes, say) and not by number. Found by
 * {@link java.util.ServiceLoader}; applies to every box declared with exactly that type.
 */
public interface MessageWeigher {
    /** The message type. */
    Class<?> type();

    /** The bound of a box that says nothing else, in the weigher's unit. */
    long defaultBound();

    /** The weight of one message, at least 0; the same each time it is asked. */
    int weigh(Object message);

    /** The unit of weight in the plural, for people: {@code bytes}. */
    String unit();
}
