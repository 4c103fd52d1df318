package org.kamaelia.component;

import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A pass over the active components of a scheduler, the youngest first, in pieces: what is activated
 * meanwhile is not met. Confined to the scheduler's thread.
 */
final class Walk {
    /** How much is done in one step: some microseconds' worth. */
    static final int PIECE = 512;

    /** What a visitor says when it has seen enough. */
    static final int ENOUGH = 0;

    /** What it costs to pass one over. */
    static final int PASSED = 1;

    /** What it costs to look at one with its boxes. */
    static final int LOOKED = 8;

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

    /**
     * Meets a few.
     *
     * @param visitor answers with what it cost, or {@link #ENOUGH}
     * @return false once all have been met, or the visitor has had enough
     */
    boolean meet(ToIntFunction<? super Component> visitor) {
        for (int left = PIECE; next != null && left > 0; ) {
            Component here = next;
            next = here.previousActive;
            int cost = visitor.applyAsInt(here);
            left -= cost;
            if (cost == ENOUGH) {
                next = null;
            }
        }
        return next != null;
    }

    /** A component leaves the list of the active; it is still in it. */
    void leaves(Component component) {
        if (next == null || component.id > next.id) {
            return;
        }
        if (next == component) {
            next = component.previousActive;
        }
        leaver.accept(component);
    }
}
