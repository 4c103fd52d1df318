package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * Names a box of a component.
 *
 * @param box its Kamaelia name
 */
public record BoxRef(ComponentRef component, String box) {
    static BoxRef of(Box box) {
        return new BoxRef(ComponentRef.of(box.owner), box.name());
    }

    static @Nullable BoxRef ofNullable(@Nullable Box box) {
        return box == null ? null : of(box);
    }

    /** As in {@code Echo#4.inbox}. */
    @Override
    public String toString() {
        return component + "." + box;
    }
}
