package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.ConnectionInfo;

/** Sends lines of characters for as long as the peer takes them (RFC 864). */
public final class Chargen implements Protocol {
    private static final int FIRST = ' ';
    private static final int CHARACTERS = '~' - FIRST + 1;
    private static final int LINE = 72;
    private static final int BLOCKS_PER_STEP = 16;

    /** Every line once; the pattern repeats after it. */
    private static final Buffer BLOCK = block();

    /** For {@link java.util.ServiceLoader}. */
    public Chargen() {}

    private static Buffer block() {
        Buffer block = Buffer.buffer(CHARACTERS * (LINE + 2));
        for (int line = 0; line < CHARACTERS; line++) {
            for (int column = 0; column < LINE; column++) {
                block.appendByte((byte) (FIRST + (line + column) % CHARACTERS));
            }
            block.appendString("\r\n");
        }
        return block;
    }

    @Override
    public String name() {
        return "chargen";
    }

    @Override
    public String description() {
        return "sends lines of characters for as long as the peer takes them (RFC 864)";
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Handler();
    }

    private static final class Handler extends Reactor {
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);

        Handler() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            on(in, bytes -> {});
        }

        @Override
        protected Next step() {
            Next next = super.step();
            if (next == DONE) {
                return DONE;
            }
            for (int i = 0; i < BLOCKS_PER_STEP; i++) {
                if (!out.hasRoom()) {
                    return next;
                }
                out.send(BLOCK);
            }
            return AGAIN;
        }
    }
}
