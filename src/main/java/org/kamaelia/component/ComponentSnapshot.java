package org.kamaelia.component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component as it was at a moment.
 *
 * @param number unique in its scheduler
 * @param name what it is called in events: its class and its number, unless it says otherwise
 * @param kind its class
 * @param awake true if it waited for its turn
 * @param parent the component it is a child of; null for none
 * @param steps how many steps it has taken
 * @param busy how long they took; an estimate, since about one step in a thousand is timed
 * @param boxes in the order they were made; of more than {@value #MOST} the youngest
 * @param waits what it sleeps for; empty when it is awake
 */
public record ComponentSnapshot(
        long number,
        String name,
        String kind,
        boolean awake,
        @Nullable ComponentRef parent,
        long steps,
        Duration busy,
        List<BoxSnapshot> boxes,
        List<Wait> waits) {

    /** So many boxes, deadlines and children are looked at: one component must not hold up the others for long. */
    public static final int MOST = 1_000;

    /** What would wake a sleeping component. */
    public sealed interface Wait {}

    /** A message in any of its inboxes. */
    public record ForMessage() implements Wait {}

    /**
     * Somebody to take a message: it was refused, or found no room.
     *
     * @param outbox the name of its own box
     * @param full the box that is full
     */
    public record ForRoom(String outbox, BoxRef full) implements Wait {}

    /**
     * A moment.
     *
     * @param left how far away the next of its deadlines is; of more than {@value ComponentSnapshot#MOST}, of some
     */
    public record ForDeadline(Duration left) implements Wait {}

    /**
     * The end of a child.
     *
     * @param children how many it has; {@value ComponentSnapshot#MOST} may be more
     */
    public record ForChild(int children) implements Wait {}

    /** As it is now; on the scheduler's thread. */
    public static ComponentSnapshot of(Component component) {
        List<Box> boxes = component.boxes(MOST);
        boolean awake = component.state != Component.ASLEEP;
        return new ComponentSnapshot(
                component.id,
                Scheduler.name(component),
                kindOf(component),
                awake,
                ComponentRef.ofNullable(component.parent),
                component.steps,
                Duration.ofNanos(component.nanos),
                boxes.stream().map(BoxSnapshot::of).toList(),
                awake ? List.of() : waits(component, boxes));
    }

    /** What {@link #kind} says of a component. */
    public static String kindOf(Component component) {
        return KindAccount.name(component.getClass());
    }

    private static List<Wait> waits(Component component, List<Box> boxes) {
        List<Wait> waits = new ArrayList<>();
        for (Box box : boxes) {
            if (box instanceof Outbox<?> outbox && outbox.refused && outbox.awaiting != null) {
                waits.add(new ForRoom(outbox.name(), BoxRef.of(outbox.awaiting)));
            }
        }
        if (waits.isEmpty()) {
            waits.add(new ForMessage());
        }
        long left = Long.MAX_VALUE;
        int deadlines = 0;
        for (Deadline each = component.firstDeadline; each != null && deadlines++ < MOST; each = each.nextOfOwner) {
            left = Math.min(left, each.at - component.scheduler().clock().nanoTime());
        }
        if (left != Long.MAX_VALUE) {
            waits.add(new ForDeadline(Duration.ofNanos(Math.max(0, left))));
        }
        int children = 0;
        for (Component child = component.firstChild; child != null && children < MOST; child = child.nextSibling) {
            children++;
        }
        if (children > 0) {
            waits.add(new ForChild(children));
        }
        return waits;
    }
}
