package org.kamaelia.control;

import java.util.List;

/**
 * Who would be closed.
 *
 * @param matched how many the filter means
 * @param total of those, how many would be closed
 * @param truncated whether there are more of them than are shown
 * @param items the first {@value ConnectionQuery#DEFAULT_LIMIT} of them, in the order in which they would be told; without
 *     those that have closed since they were counted
 */
public record ClosePreview(long matched, long total, boolean truncated, List<ConnectionView> items) {

    public ClosePreview {
        items = List.copyOf(items);
    }
}
