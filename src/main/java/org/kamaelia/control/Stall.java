package org.kamaelia.control;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentSnapshot;
import org.kamaelia.component.ComponentSnapshot.ForRoom;
import org.kamaelia.component.ComponentSnapshot.Wait;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.tcp.ConnectedSocketAdapter;

/** Why a connection does not move. On its event loop. */
final class Stall {

    /** So many full boxes are followed: each costs a look at the boxes of one component. */
    static final int MOST = 16;

    private Stall() {}

    /**
     * What it waits for, in words; where that is its handler, also the full boxes that this one waits for in turn, and what
     * a connection to elsewhere waits for that takes its bytes.
     */
    static String of(ConnectedSocketAdapter connection) {
        StringBuilder words = new StringBuilder(connection.waitsFor());
        Set<Component> seen = new HashSet<>(Set.of(connection));
        Component next = firstServing(connection);
        while (next != null && seen.add(next)) {
            if (next instanceof ConnectedSocketAdapter outgoing) {
                words.append("; the connection to ").append(outgoing.remoteText());
                words.append(" waits for ").append(outgoing.waitsFor());
            }
            Inbox<?> full = fullBox(next);
            if (full == null || full.owner() == connection) {
                break;
            }
            if (seen.size() > MOST + 1) {
                words.append("; and so on");
                break;
            }
            words.append("; ").append(next).append(" waits for room in ").append(full);
            words.append(" (").append(full.used()).append(" of ").append(full.bound());
            words.append(' ').append(full.unit()).append(')');
            next = full.owner();
        }
        return words.toString();
    }

    /** The handler, or that part of it which takes what comes. */
    private static @Nullable Component firstServing(ConnectedSocketAdapter connection) {
        for (Box box : connection.boxes()) {
            Inbox<?> destination = box.name().equals("outbox") ? box.destination() : null;
            if (destination != null) {
                return destination.owner();
            }
        }
        return connection.handler();
    }

    /** The first box that had no room for what the component wanted to send. */
    private static @Nullable Inbox<?> fullBox(Component component) {
        for (Wait wait : ComponentSnapshot.of(component).waits()) {
            if (wait instanceof ForRoom room) {
                return destination(component, room.outbox());
            }
        }
        return null;
    }

    private static @Nullable Inbox<?> destination(Component component, String outbox) {
        return component.boxes(ComponentSnapshot.MOST).stream()
                .filter(box -> box instanceof Outbox<?> && box.name().equals(outbox))
                .findFirst()
                .<@Nullable Inbox<?>>map(Box::destination)
                .orElse(null);
    }
}
