package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the components.
 *
 * @param nextCursor what to ask the next page with; null if this is the last
 */
public record ComponentPage(
        List<ComponentView> items, @Nullable String nextCursor) {

    public ComponentPage {
        items = List.copyOf(items);
    }
}
