package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.tcp.ConnectionId;

/**
 * One connection of a chat: says in the {@link ChatRoom} of its event loop what comes into {@code inbox}, as that has
 * room; and shows its client what comes into {@code lines}, all of it at once, leaving out what the client does not take.
 */
final class ChatGuest extends Component {
    private static final int LINES_PER_STEP = 64;

    /** What lines may wait here, if each is as long as allowed: a box of strings counts lines, not bytes. */
    private static final int WAITING_BYTES = 64 * 1024;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_-]{1,20}");
    private static final String NICK = "/nick";

    private final Inbox<String> inbox = inbox("inbox", String.class);
    private final Inbox<Signal> control = control();
    private final Inbox<Buffer> lines = addInbox("lines", Buffer.class, ChatRoom.BYTES_PER_STEP);
    private final Outbox<Buffer> outbox = outbox("outbox", Buffer.class);
    private final Outbox<Buffer> said = addOutbox("said", Buffer.class);
    private final Outbox<Signal> presence = addOutbox("presence", Signal.class);

    private final ChatHall hall;

    /** At first one that nobody can take. */
    private String name;

    private boolean announced;

    /** What the others are told at the end. When it comes back, so has all that was said before. */
    private @Nullable Buffer leaving;

    private @Nullable ProducerFinished farewell;

    /** Lines that the client had no room for since it was last told. */
    private long missed;

    ChatGuest(ChatHall hall, ConnectionId id, int maxLength) {
        this.hall = hall;
        this.name = "#" + id.number();
        inbox.bound(Math.max(1, WAITING_BYTES / maxLength));
    }

    Inbox<Buffer> lines() {
        return lines;
    }

    @Override
    protected Next step() {
        if (!presence.isLinked()) {
            join();
        }
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess) {
                return passOn(next);
            }
            if (next instanceof ProducerFinished finished) {
                farewell = finished;
            }
        }
        tellWhatWasMissed();
        boolean hasLeft = showWhatWasSaid();
        if (hasLeft && farewell != null) {
            return passOn(farewell);
        }
        if (!announced && said.hasRoom()) {
            announced = true;
            said.send(line("* " + name + " has come"));
        }
        boolean more = sayWhatCame();
        if (farewell != null && !inbox.dataReady() && said.hasRoom()) {
            leave();
        }
        return more ? AGAIN : PAUSE;
    }

    private void join() {
        leaving = null;
        ChatRoom room = ChatRoom.on(scheduler(), hall);
        link(presence, room.presence());
        link(said, room.said());
        presence.send(new ChatRoom.Presence(this, true));
    }

    private Next passOn(Signal signal) {
        signal().send(signal);
        return DONE;
    }

    // ---- from the client

    /** True if more could be said at once. */
    private boolean sayWhatCame() {
        for (int count = 0; count < LINES_PER_STEP; count++) {
            if (!inbox.dataReady() || !said.hasRoom()) {
                return false;
            }
            String text = withoutControls(inbox.receive());
            if (text.equals(NICK) || text.startsWith(NICK + " ")) {
                rename(text.substring(NICK.length()).strip());
            } else if (!text.isEmpty()) {
                said.send(line(name + ": " + text));
            }
        }
        return true;
    }

    private void rename(String wanted) {
        if (!NAME.matcher(wanted).matches()) {
            show(line("* a name has 1 to 20 letters, digits, - or _"));
        } else if (hall.take(wanted)) {
            hall.release(name);
            said.send(line("* " + name + " is now " + wanted));
            name = wanted;
        } else {
            show(line("* the name " + wanted + " is taken"));
        }
    }

    // ---- to the client

    /** True if its own leaving was among it. */
    @SuppressWarnings("ReferenceEquality") // the very one, not one that reads the same
    private boolean showWhatWasSaid() {
        boolean own = false;
        for (Buffer line = lines.poll(); line != null; line = lines.poll()) {
            show(line);
            own |= line == leaving;
        }
        return own;
    }

    private void show(Buffer line) {
        if (!outbox.offer(line)) {
            missed++;
        }
    }

    private void tellWhatWasMissed() {
        if (missed > 0 && outbox.hasRoom()) {
            outbox.send(line("* " + missed + (missed == 1 ? " line missed" : " lines missed")));
            missed = 0;
        }
    }

    static String withoutControls(String text) {
        return CONTROL.matcher(text).replaceAll("");
    }

    static Buffer line(String text) {
        return Buffer.buffer(text + "\r\n");
    }

    // ---- the end

    /** At most once; without room for it the others are not told. */
    private void leave() {
        if (announced && leaving == null) {
            leaving = line("* " + name + " has left");
            boolean unused = said.offer(leaving);
        }
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        leave();
        presence.send(new ChatRoom.Presence(this, false));
        hall.release(name);
    }
}
