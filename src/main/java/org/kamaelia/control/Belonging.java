package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.ServerCore;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.TcpServer;

/**
 * Which connection and listener a component belongs to: as an adapter or its handler, as one of their descendants, or as
 * the server itself.
 *
 * @param connection its id; null for none
 * @param listener its name; null for none
 */
record Belonging(@Nullable String connection, @Nullable String listener) {

    private static final Belonging NOWHERE = new Belonging(null, null);

    /** On the component's scheduler's thread. */
    static Belonging of(Component component) {
        for (Component each = component; each != null; each = each.parent()) {
            ConnectedSocketAdapter adapter = each instanceof ConnectedSocketAdapter itself ? itself : servedBy(each);
            if (adapter != null) {
                return new Belonging(adapter.id().toString(), adapter.port().listener());
            }
            if (each instanceof TcpServer server) {
                return new Belonging(null, server.port().listener());
            }
            if (each instanceof ServerCore core) {
                return new Belonging(null, core.server().port().listener());
            }
        }
        return NOWHERE;
    }

    /** The adapter whose handler it is: that has it linked to its own boxes. */
    private static @Nullable ConnectedSocketAdapter servedBy(Component component) {
        for (Box box : component.boxes()) {
            Inbox<?> end = box.destination();
            if (end != null
                    && end.owner() instanceof ConnectedSocketAdapter adapter
                    && adapter.handler() == component) {
                return adapter;
            }
        }
        return null;
    }
}
