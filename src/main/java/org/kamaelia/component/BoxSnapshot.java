package org.kamaelia.component;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A box as it was at a moment.
 *
 * @param name its Kamaelia name
 * @param type the simple name of what it carries
 * @param leadsTo the box that a linkage from here leads to; null without one
 * @param destination where a message sent from here, or to here, ends up; null when that is nowhere
 * @param fill what waits in it; null for an outbox, which stores nothing
 * @param operators what it takes from operators; null for nothing
 */
public record BoxSnapshot(
        String name,
        String type,
        @Nullable BoxRef leadsTo,
        @Nullable BoxRef destination,
        @Nullable Fill fill,
        @Nullable ForOperators<?> operators) {
    /**
     * What waits in an inbox.
     *
     * @param messages how many messages wait
     * @param used how much of the bound they take, in its unit
     * @param bound from how much on it is full
     * @param peak the most that was used so far
     * @param oldest how long the oldest message has waited; null if none waits
     * @param unit what bound counts: {@code messages}, or a weigher's unit
     */
    public record Fill(
            int messages,
            int used,
            int bound,
            int peak,
            @Nullable Duration oldest,
            String unit) {}

    static BoxSnapshot of(Box box) {
        return new BoxSnapshot(
                box.name(),
                box.type.getSimpleName(),
                box.out == null ? null : BoxRef.of(box.out.sink),
                BoxRef.ofNullable(box.target),
                box instanceof Inbox<?> inbox
                        ? new Fill(
                                inbox.size(),
                                inbox.used(),
                                inbox.bound(),
                                inbox.peak(),
                                inbox.oldestAge(),
                                inbox.unit())
                        : null,
                box instanceof Inbox<?> inbox ? inbox.forOperators() : null);
    }
}
