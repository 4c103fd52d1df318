package org.kamaelia.protocol;

import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.ConnectionInfo;

/**
 * Every line goes to all who are connected to the listener, on all event loops, with the name of who said it before it:
 * {@code #17: hello}. Who said it hears it too; all hear the lines of one client in the order in which it said them.
 *
 * <p>{@code /nick NAME} takes another name, which nobody else of the listener has; everything else is said as it is, but
 * for empty lines and control characters. That somebody has come, has left or has another name is a line that begins with
 * {@code *}. Who has read that they have come themselves hears all that is said from then on. Who leaves hears what it
 * said itself before; a last line without an end is said too. One that is longer than allowed ends the connection, unsaid.
 *
 * <p>Nobody waits for a client that is slow to read: lines for which its connection has no room are left out, and it
 * is told how many when it takes lines again: {@code * 12 lines missed}. Event loops do wait for each other, so that a
 * loop that is behind slows those who speak on the others, and what is on the way stays bounded.
 *
 * <p>An operator's message to {@code announcements} of any of its rooms is a line for all: {@code * operator: text}.
 *
 * <p>Each event loop has a {@link ChatRoom} while it has a connection; a listener that is started again begins with
 * empty rooms.
 */
public final class Chat implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public Chat() {}

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public String description() {
        return "every line goes to all who are connected; /nick NAME takes another name";
    }

    @Override
    public JsonObject optionsSchema() {
        return OptionsSchema.of(
                "maxLength",
                new JsonObject()
                        .put("type", "integer")
                        .put("minimum", 1)
                        .put("maximum", 1 << 16)
                        .put("default", 1024)
                        .put("description", "the longest line in bytes; a longer one ends the connection"));
    }

    @Override
    public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
        ChatHall hall = new ChatHall(listener);
        int maxLength = options.getInteger("maxLength");
        return connection -> new Pipeline(new LineFramer(maxLength), new ChatGuest(hall, connection.id(), maxLength));
    }

    /** Somebody alone in a hall of their own. */
    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return serve(connection.listener(), options).apply(connection);
    }
}
