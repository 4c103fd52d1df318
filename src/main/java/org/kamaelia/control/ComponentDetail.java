package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.BoxSnapshot;
import org.kamaelia.component.ForOperators;
import org.kamaelia.control.ComponentView.Place;

/**
 * One component with its boxes and linkages.
 *
 * @param linkages those from and to its boxes, no more than {@link #MOST_LINKAGES}
 */
public record ComponentDetail(ComponentView view, List<Box> boxes, List<Link> linkages) {

    static final int MOST_LINKAGES = 1_000;

    /**
     * A box.
     *
     * @param type the simple name of what it carries
     * @param inbox true for an inbox
     * @param fill what waits in an inbox; null for an outbox, which stores nothing
     * @param leadsTo the box that a linkage from here leads to; null without one
     * @param destination where what is sent ends up; null when that is nowhere
     * @param operators what it takes from operators; null for nothing
     */
    public record Box(
            String name,
            String type,
            boolean inbox,
            BoxSnapshot.@Nullable Fill fill,
            @Nullable Place leadsTo,
            @Nullable Place destination,
            @Nullable ForOperators<?> operators) {}

    /** A linkage. */
    public record Link(Place source, Place sink) {}

    public ComponentDetail {
        boxes = List.copyOf(boxes);
        linkages = List.copyOf(linkages);
    }
}
