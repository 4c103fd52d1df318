package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.ConnectionInfo;

/** Commands on lines: a framer in front of a small handler, the example to copy. */
public final class Lines implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public Lines() {}

    @Override
    public String name() {
        return "lines";
    }

    @Override
    public String description() {
        return "commands on lines: echo TEXT, upper TEXT, time, whoami, help, quit";
    }

    @Override
    public JsonObject optionsSchema() {
        return OptionsSchema.of(
                "maxLength",
                new JsonObject()
                        .put("type", "integer")
                        .put("minimum", 1)
                        .put("maximum", 1 << 20)
                        .put("default", 4096)
                        .put("description", "the longest line in bytes; a longer one ends the connection"));
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Pipeline(
                new LineFramer(options.getInteger("maxLength")),
                new Commands(connection, options.getInteger("maxLength")));
    }

    /** Answers each line with one. */
    private static final class Commands extends Reactor {
        /** What lines may wait here, if each is as long as allowed: a box of strings counts lines, not bytes. */
        private static final int WAITING_BYTES = 64 * 1024;

        private final ConnectionInfo connection;
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);

        Commands(ConnectionInfo connection, int maxLength) {
            this.connection = connection;
            Inbox<String> in = inbox("inbox", String.class);
            in.bound(Math.max(1, WAITING_BYTES / maxLength));
            on(in, out, this::answer);
        }

        private void answer(String line) {
            String[] words = line.strip().split(" ", 2);
            String text = words.length > 1 ? words[1] : "";
            switch (words[0].toLowerCase(Locale.ROOT)) {
                case "" -> say("");
                case "echo" -> say(text);
                case "upper" -> say(text.toUpperCase(Locale.ROOT));
                case "time" -> say(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
                case "whoami" -> say(connection.remoteAddress() + " on " + connection.listener());
                case "help" -> say("echo TEXT, upper TEXT, time, whoami, help, quit");
                case "quit" -> quit();
                default -> say("unknown command \"" + words[0] + "\"; try help");
            }
        }

        private void quit() {
            say("bye");
            signal().send(new ProducerFinished());
            finish();
        }

        private void say(String text) {
            out.send(Buffer.buffer(text + "\r\n"));
        }
    }
}
