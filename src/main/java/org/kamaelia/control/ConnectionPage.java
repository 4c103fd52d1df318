package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the connections.
 *
 * @param nextCursor what to ask the next page with; null if this is the last
 */
public record ConnectionPage(
        List<ConnectionView> items, @Nullable String nextCursor) {

    public ConnectionPage {
        items = List.copyOf(items);
    }
}
