package org.kamaelia.control;

import java.util.List;

/**
 * Who would be closed.
 *
 * @param matched how many the filter means
 * @param total of those, how many would be closed
 * @param items the first of them, in the order in which they would be told
 */
public record ClosePreview(long matched, long total, List<ConnectionView> items) {

    public ClosePreview {
        items = List.copyOf(items);
    }
}
