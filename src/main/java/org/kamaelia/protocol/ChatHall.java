package org.kamaelia.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the rooms of one run of a listener share: which they are, and which names are taken. Any thread. */
final class ChatHall {
    private static final AtomicLong LAST = new AtomicLong();

    private final String listener;
    private final String service;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /** Changed under this lock. */
    private volatile List<ChatRoom> rooms = List.of();

    ChatHall(String listener) {
        this.listener = listener;
        // A run that drains and the one that took its place have rooms on one event loop at a time.
        this.service = "chat " + listener + " " + LAST.incrementAndGet();
    }

    /** Under which a scheduler's {@link org.kamaelia.component.ServiceRegistry} knows its room. */
    String service() {
        return service;
    }

    /** The listener's name. */
    String listener() {
        return listener;
    }

    /** The rooms that are open; the same list until that changes. */
    List<ChatRoom> rooms() {
        return rooms;
    }

    synchronized void enter(ChatRoom room) {
        List<ChatRoom> more = new ArrayList<>(rooms);
        more.add(room);
        changed(more);
    }

    synchronized void leave(ChatRoom room) {
        List<ChatRoom> fewer = new ArrayList<>(rooms);
        fewer.remove(room);
        changed(fewer);
    }

    private void changed(List<ChatRoom> now) {
        rooms = List.copyOf(now);
        now.forEach(ChatRoom::wake);
    }

    /** False if somebody else has that name, in whatever case. */
    boolean take(String name) {
        return names.add(name.toLowerCase(Locale.ROOT));
    }

    void release(String name) {
        names.remove(name.toLowerCase(Locale.ROOT));
    }
}
