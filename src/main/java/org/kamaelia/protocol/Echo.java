package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.ConnectionInfo;

/** Sends back what comes (RFC 862). */
public final class Echo implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public Echo() {}

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "sends back what comes (RFC 862)";
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Handler();
    }

    private static final class Handler extends Reactor {
        Handler() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, out::send);
        }
    }
}
