package org.kamaelia.control;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who would be cut by a drain of a listener: its open connections that no limit of their own ends before.
 *
 * @param drainTimeout how long they would go on
 * @param open how many are open
 * @param cut of those, how many would be cut, unless they end by themselves
 * @param truncated whether there are more of them than the pages so far have shown
 * @param items a page of them, the oldest first, without those that have closed since they were counted
 * @param nextCursor what the next page begins after; null if this is the last
 */
public record DrainPreview(
        Duration drainTimeout,
        long open,
        long cut,
        boolean truncated,
        List<Cut> items,
        @Nullable String nextCursor) {

    public DrainPreview {
        items = List.copyOf(items);
    }

    /**
     * One that would be cut.
     *
     * @param endsWithin when a limit of its own would end it if nothing moves, later than the drain; null if none does
     * @param pendingIn bytes from its peer that its handler has not taken
     * @param pendingOut bytes from its handler that its peer has not taken
     * @param waitsFor in words, what must happen for it to move on
     */
    public record Cut(
            ConnectionView connection,
            @Nullable Duration endsWithin,
            long pendingIn,
            long pendingOut,
            String waitsFor) {}
}
