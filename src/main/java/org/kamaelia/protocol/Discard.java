package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.kamaelia.component.Component;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.ConnectionInfo;

/** Takes everything and answers nothing (RFC 863). */
public final class Discard implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public Discard() {}

    @Override
    public String name() {
        return "discard";
    }

    @Override
    public String description() {
        return "takes everything and answers nothing (RFC 863)";
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Handler();
    }

    private static final class Handler extends Reactor {
        Handler() {
            on(inbox("inbox", Buffer.class), bytes -> {});
        }
    }
}
