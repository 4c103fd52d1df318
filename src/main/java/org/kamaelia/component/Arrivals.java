package org.kamaelia.component;

import java.util.ArrayDeque;

/** When those came that wait behind an inbox's oldest message and came at another time; in runs, for most come together. */
final class Arrivals {
    private final ArrayDeque<Run> runs = new ArrayDeque<>();
    private int messages;

    private static final class Run {
        final int stamp;
        int messages;

        Run(int stamp) {
            this.stamp = stamp;
        }
    }

    /** Another message came. */
    void add(int stamp) {
        Run last = runs.peekLast();
        if (last == null || last.stamp != stamp) {
            last = new Run(stamp);
            runs.add(last);
        }
        last.messages++;
        messages++;
    }

    /** Whether the oldest of so many messages is of the first run here. */
    boolean begins(int waiting) {
        return waiting == messages;
    }

    /** Forgets the first run, and says when it came. */
    int begin() {
        Run first = runs.remove();
        messages -= first.messages;
        return first.stamp;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }
}
