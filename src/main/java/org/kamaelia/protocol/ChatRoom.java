package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.ForOperators;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Notify;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServiceRegistry;
import org.kamaelia.component.Signal;

/**
 * Where those who are connected to a chat on one event loop meet, and the loop's link to the other rooms of the {@link
 * ChatHall}. It is there from the first guest to the last.
 *
 * <p>What its guests say comes into {@code said} and goes to them and to every other room; what is said in other rooms
 * comes into {@code heard} and goes to its guests only. While another room has no room, or the two do not lead to each
 * other yet, nothing is taken from {@code said}; {@code heard} is always taken from, so no two rooms wait for each other.
 * What an operator puts into {@code announcements} goes where {@code said} goes, and before it.
 */
final class ChatRoom extends Component {
    /**
     * So much is told to a guest in a step, and fits into its box. Everybody told has a turn, and takes it all, before
     * the room's next.
     */
    static final int BYTES_PER_STEP = 64 * 1024;

    /** In characters. */
    private static final int LONGEST_ANNOUNCEMENT = 1_024;

    private static final ForOperators<Buffer> ANNOUNCEMENTS = ForOperators.text(
            Buffer.class,
            "a line of 1 to " + LONGEST_ANNOUNCEMENT + " characters for all who are connected to the listener",
            ChatRoom::announcement);

    private final Inbox<Signal> presence = addInbox("presence", Signal.class);
    private final Inbox<Buffer> said = addInbox("said", Buffer.class);
    private final Inbox<Buffer> heard = addInbox("heard", Buffer.class);
    private final Inbox<Buffer> announcements = addInbox("announcements", ANNOUNCEMENTS);

    private final ChatHall hall;
    private final Set<ChatGuest> guests = new LinkedHashSet<>();
    private final Map<ChatRoom, Way> ways = new HashMap<>();

    /** The rooms that lead here, as they say themselves. */
    private final Set<ChatRoom> hears = ConcurrentHashMap.newKeySet();

    /** The rooms of the hall when it last looked. */
    private List<ChatRoom> known = List.of();

    /** A guest has come, or has gone. */
    record Presence(ChatGuest guest, boolean here) implements Notify {}

    /** The way to another room. */
    private static final class Way {
        final Outbox<Buffer> out;
        boolean stands;

        /** The other room has just ended. */
        boolean failed;

        Way(Outbox<Buffer> out) {
            this.out = out;
        }
    }

    private ChatRoom(ChatHall hall) {
        this.hall = hall;
    }

    /** The hall's room on a scheduler, opened if there is none; on its thread. */
    static ChatRoom on(Scheduler scheduler, ChatHall hall) {
        ServiceRegistry services = scheduler.services();
        if (services.hasService(hall.service())) {
            return (ChatRoom) services.service(hall.service(), Signal.class).owner();
        }
        ChatRoom room = new ChatRoom(hall);
        scheduler.activate(room);
        services.register(hall.service(), room.presence);
        hall.enter(room);
        return room;
    }

    Inbox<Signal> presence() {
        return presence;
    }

    Inbox<Buffer> said() {
        return said;
    }

    @Override
    protected Next step() {
        for (Signal next = presence.poll(); next != null; next = presence.poll()) {
            if (next instanceof Presence change) {
                changed(change);
            }
        }
        meetOtherRooms();
        int told = 0;
        while (heard.dataReady() && told < BYTES_PER_STEP / 2) {
            told += tellGuests(heard);
        }
        boolean leadsOn = leadsToAll();
        while (leadsOn && somethingIsSaid() && told < BYTES_PER_STEP) {
            leadsOn = hasRoomInAll();
            if (leadsOn) {
                told += passOn(announcements.dataReady() ? announcements : said);
            }
        }
        if (guests.isEmpty() && !somethingIsSaid()) {
            return DONE;
        }
        return heard.dataReady() || (leadsOn && somethingIsSaid()) ? AGAIN : PAUSE;
    }

    private boolean somethingIsSaid() {
        return announcements.dataReady() || said.dataReady();
    }

    /** Told to everybody, like what they tell each other, with a name before it that none of them can take. */
    private static Buffer announcement(String text) {
        String line = ChatGuest.withoutControls(text).strip();
        if (line.isEmpty() || line.length() > LONGEST_ANNOUNCEMENT) {
            throw new IllegalArgumentException(
                    line.isEmpty() ? "there is nothing in it to say" : "it has " + line.length() + " characters");
        }
        return ChatGuest.line("* operator: " + line);
    }

    private void changed(Presence change) {
        if (change.here) {
            guests.add(change.guest);
        } else {
            guests.remove(change.guest);
        }
    }

    // ---- lines

    /** Tells the guests the oldest line of a box, and how much that weighed. */
    private int tellGuests(Inbox<Buffer> from) {
        int before = from.used();
        Buffer line = from.receive();
        for (ChatGuest each : guests) {
            boolean unused = tell(each.lines(), line);
        }
        return before - from.used();
    }

    private int passOn(Inbox<Buffer> from) {
        int before = from.used();
        Buffer line = from.receive();
        for (Way each : ways.values()) {
            each.out.send(line);
        }
        for (ChatGuest each : guests) {
            boolean unused = tell(each.lines(), line);
        }
        return before - from.used();
    }

    private boolean leadsToAll() {
        for (Map.Entry<ChatRoom, Way> each : ways.entrySet()) {
            Way way = each.getValue();
            if (!way.failed && !(way.stands && hears.contains(each.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private boolean hasRoomInAll() {
        for (Way each : ways.values()) {
            if (!each.out.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    // ---- the other rooms

    private void meetOtherRooms() {
        List<ChatRoom> now = hall.rooms();
        if (now == known) {
            return;
        }
        known = now;
        for (ChatRoom gone : new ArrayList<>(ways.keySet())) {
            if (!now.contains(gone)) {
                remove(ways.remove(gone).out);
            }
        }
        hears.retainAll(now);
        for (ChatRoom each : now) {
            if (each != this && !ways.containsKey(each)) {
                meet(each);
            }
        }
    }

    private void meet(ChatRoom other) {
        Way way = new Way(addOutbox("to " + other, Buffer.class));
        ways.put(other, way);
        linkAcross(way.out, other.heard).whenComplete((linkage, failure) -> {
            way.failed = failure != null;
            way.stands = failure == null;
            if (way.stands) {
                other.hears(this);
            }
            wake();
        });
    }

    /** Called by the other room while it is open. */
    private void hears(ChatRoom from) {
        hears.add(from);
        wake();
    }

    @Override
    public String toString() {
        return super.toString() + "(" + hall.listener() + ")";
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        scheduler().services().deregister(hall.service());
        hall.leave(this);
    }
}
