package org.kamaelia.control;

import org.jspecify.annotations.Nullable;

/**
 * Names a component for ever.
 *
 * @param loop which of the plane's event loops it runs on, from 0
 * @param number unique on that loop
 */
record ComponentId(int loop, long number) {

    /** There are no more than 1,024 loops. */
    private static final int LOOP_BITS = 10;

    String text(Ids ids) {
        return ids.of(number << LOOP_BITS | loop);
    }

    /** Null for what {@link #text} did not write. */
    static @Nullable ComponentId parse(Ids ids, String text) {
        long all = ids.number(text).orElse(-1);
        return all < 0 ? null : new ComponentId((int) (all & ((1 << LOOP_BITS) - 1)), all >>> LOOP_BITS);
    }
}
