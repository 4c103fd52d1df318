package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.ServerCore;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentSnapshot;
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
public record Belonging(
        @Nullable String connection, @Nullable String listener) {

    private static final Belonging NOWHERE = new Belonging(null, null);

    /**
     * On the component's scheduler's thread, or on any while the component is in the middle of a step: boxes and linkages
     * change seldom there, and where they do the answer may be wrong or missing. It looks at no more than {@value
     * ComponentSnapshot#MOST} boxes and ancestors, so as to take little time: what it has not found by then it does not find.
     */
    public static Belonging of(@Nullable Component component) {
        int left = ComponentSnapshot.MOST;
        for (Component each = component; each != null && left > 0; each = each.parent()) {
            List<Box> boxes = each.boxes(left);
            left -= 1 + boxes.size();
            ConnectedSocketAdapter adapter =
                    each instanceof ConnectedSocketAdapter itself ? itself : servedBy(each, boxes);
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

    /** Told behind a component's name: {@code " of connection 1-2 of listener echo"}; empty where it belongs to none. */
    @Override
    public String toString() {
        String whose = connection == null ? "" : " of connection " + connection;
        return listener == null ? whose : whose + " of listener " + listener;
    }

    /** The adapter whose handler it is: that has it linked to its own boxes. */
    private static @Nullable ConnectedSocketAdapter servedBy(Component component, List<Box> boxes) {
        for (Box box : boxes) {
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
