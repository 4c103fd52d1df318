package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.tcp.ConnectionInfo;

/** Says what time it is and closes (RFC 867). */
public final class Daytime implements Protocol {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEEE, MMMM d, yyyy HH:mm:ss-'UTC'\r\n", Locale.ENGLISH);

    private final Clock clock;

    /** For {@link java.util.ServiceLoader}. */
    public Daytime() {
        this(Clock.systemUTC());
    }

    Daytime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "daytime";
    }

    @Override
    public String description() {
        return "says what time it is, in UTC, and closes (RFC 867)";
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Handler(clock);
    }

    private static final class Handler extends Component {
        private final Clock clock;

        Handler(Clock clock) {
            this.clock = clock;
        }

        @Override
        protected Next step() {
            String now = FORMAT.format(ZonedDateTime.now(clock).withZoneSameInstant(ZoneOffset.UTC));
            outbox("outbox", Buffer.class).send(Buffer.buffer(now));
            signal().send(new ProducerFinished());
            return DONE;
        }
    }
}
