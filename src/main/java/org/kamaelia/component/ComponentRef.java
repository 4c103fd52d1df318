package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * Names a component of a scheduler.
 *
 * @param number its {@link Component#number()}: 0 while it is not active
 * @param name what it is called in events
 */
public record ComponentRef(long number, String name) {
    static ComponentRef of(Component component) {
        return new ComponentRef(component.id, Scheduler.name(component));
    }

    static @Nullable ComponentRef ofNullable(@Nullable Component component) {
        return component == null ? null : of(component);
    }

    @Override
    public String toString() {
        return name;
    }
}
