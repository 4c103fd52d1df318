package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who would be closed.
 *
 * @param matched how many the filter means
 * @param total of those, how many would be closed
 * @param truncated whether there are more of them than the pages so far have shown
 * @param items a page of them, in the order in which they would be told; without those that have closed since they were counted
 * @param nextCursor what the next page begins after; null if this is the last, or in an order that has no pages
 */
public record ClosePreview(
        long matched,
        long total,
        boolean truncated,
        List<ConnectionView> items,
        @Nullable String nextCursor) {

    public ClosePreview {
        items = List.copyOf(items);
    }
}
