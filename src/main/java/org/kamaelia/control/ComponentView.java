package org.kamaelia.control;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ComponentQuery.WaitsFor;

/**
 * A component as it was at one moment.
 *
 * @param id opaque, never used again
 * @param name what it is called in events
 * @param kind its class
 * @param loop the event loop that it runs on, from 0
 * @param awake true if it waited for its turn
 * @param parent the id of the component that it is a child of; null for none
 * @param steps how many steps it has taken
 * @param busy how long they took; an estimate, since about one step in a thousand is timed
 * @param waits what it sleeps for; empty when it is awake
 * @param connection the id of the connection that it belongs to; null for none
 * @param listener the name of the listener that it belongs to; null for none
 */
public record ComponentView(
        String id,
        String name,
        String kind,
        int loop,
        boolean awake,
        @Nullable String parent,
        long steps,
        Duration busy,
        List<Wait> waits,
        @Nullable String connection,
        @Nullable String listener) {

    /**
     * What would wake it.
     *
     * @param outbox for {@link WaitsFor#ROOM}: its own box, which was refused; null otherwise
     * @param full for {@link WaitsFor#ROOM}: the box that refused; null otherwise
     * @param left for {@link WaitsFor#DEADLINE}: how far away it is; null otherwise
     * @param children for {@link WaitsFor#CHILD}: how many it has; 0 otherwise
     */
    public record Wait(
            WaitsFor what,
            @Nullable String outbox,
            @Nullable Place full,
            @Nullable Duration left,
            int children) {}

    /**
     * A box of a component.
     *
     * @param component the component's id; null for one that is not active, which has none
     * @param name what the component is called in events
     * @param box the box's Kamaelia name
     */
    public record Place(@Nullable String component, String name, String box) {}

    public ComponentView {
        waits = List.copyOf(waits);
    }
}
