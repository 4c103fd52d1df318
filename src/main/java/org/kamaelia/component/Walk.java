package org.kamaelia.component;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pass over the active components of a scheduler, the youngest first, in pieces: what is activated
 * meanwhile is not met. Confined to the scheduler's thread.
 */
final class Walk {
    /** How many are met in one step: some microseconds' worth. */
    static final int PIECE = 64;

    private final Consumer<? super Component> leaver;
    private @Nullable Component next;

    /**
     * @param first where it begins
     * @param leaver told of each that ends before it is met
     */
    Walk(@Nullable Component first, Consumer<? super Component> leaver) {
        this.next = first;
        this.leaver = leaver;
    }

    /** Meets a few; false once all have been met. */
    boolean meet(Consumer<? super Component> visitor) {
        for (int left = PIECE; next != null && left > 0; left--) {
            Component here = next;
            next = here.previousActive;
            visitor.accept(here);
        }
        return next != null;
    }

    /** A component leaves the list of the active; it is still in it. */
    void leaves(Component component) {
        // Not by which is larger: numbers begin anew after the largest.
        if (next == null || component.id - next.id > 0) {
            return;
        }
        if (next == component) {
            next = component.previousActive;
        }
        leaver.accept(component);
    }
}
