package org.kamaelia.rest;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.Role;

/**
 * Which events somebody is told of.
 *
 * @param types empty for all
 * @param listener null for all, and for those that are about none
 * @param role of whoever is told
 */
record EventFilter(Set<String> types, @Nullable String listener, Role role) {

    boolean lets(EventViews.View view, Event event) {
        return role.includes(view.least())
                && (types.isEmpty() || types.contains(view.type()))
                && (listener == null || listener.equals(view.listener().apply(event)));
    }
}
