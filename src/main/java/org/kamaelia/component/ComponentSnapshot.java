package org.kamaelia.component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component as it was at a moment.
 *
 * @param name what it is called in events: its class and a number unique in its scheduler
 * @param kind its class
 * @param awake true if it waited for its turn
 * @param parent the component it is a child of; null for none
 * @param steps how many steps it has taken
 * @param busy how long they took; an estimate, since about one step in a thousand is timed
 * @param boxes in the order they were made
 * @param waits what it sleeps for; empty when it is awake
 */
public record ComponentSnapshot(
        String name,
        String kind,
        boolean awake,
        @Nullable String parent,
        long steps,
        Duration busy,
        List<BoxSnapshot> boxes,
        List<Wait> waits) {

    /** What would wake a sleeping component. */
    public sealed interface Wait {}

    /** A message in any of its inboxes. */
    public record ForMessage() implements Wait {}

    /**
     * Somebody to take a message: it was refused, or found no room.
     *
     * @param outbox the name of its own box
     * @param full the box that is full, such as {@code Echo#4.inbox}
     */
    public record ForRoom(String outbox, String full) implements Wait {}

    /**
     * A moment.
     *
     * @param left how far away the next of its deadlines is
     */
    public record ForDeadline(Duration left) implements Wait {}

    /**
     * The end of a child.
     *
     * @param children how many it has
     */
    public record ForChild(int children) implements Wait {}

    /** As it is now; on the scheduler's thread, which looks at each of its boxes. */
    public static ComponentSnapshot of(Component component) {
        boolean awake = component.state != Component.ASLEEP;
        return new ComponentSnapshot(
                component.toString(),
                KindAccount.name(component.getClass()),
                awake,
                component.parent == null ? null : component.parent.toString(),
                component.steps,
                Duration.ofNanos(component.nanos),
                component.boxes().stream().map(BoxSnapshot::of).toList(),
                awake ? List.of() : waits(component));
    }

    private static List<Wait> waits(Component component) {
        List<Wait> waits = new ArrayList<>();
        for (Box box : component.boxes()) {
            if (box instanceof Outbox<?> outbox && outbox.refused && outbox.awaiting != null) {
                waits.add(new ForRoom(outbox.name(), outbox.awaiting.toString()));
            }
        }
        if (waits.isEmpty()) {
            waits.add(new ForMessage());
        }
        long left = Long.MAX_VALUE;
        for (Deadline each = component.firstDeadline; each != null; each = each.nextOfOwner) {
            left = Math.min(left, each.at - component.scheduler().clock().nanoTime());
        }
        if (left != Long.MAX_VALUE) {
            waits.add(new ForDeadline(Duration.ofNanos(Math.max(0, left))));
        }
        int children = 0;
        for (Component child = component.firstChild; child != null; child = child.nextSibling) {
            children++;
        }
        if (children > 0) {
            waits.add(new ForChild(children));
        }
        return waits;
    }
}
