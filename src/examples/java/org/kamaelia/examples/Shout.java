package org.kamaelia.examples;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;

/** Sends back what comes, in capitals. */
// tag::shout[]
final class Shout extends Reactor {
    Shout() {
        Inbox<Buffer> in = inbox("inbox", Buffer.class);
        Outbox<Buffer> out = outbox("outbox", Buffer.class);
        on(in, out, bytes -> out.send(Buffer.buffer(bytes.toString().toUpperCase(Locale.ROOT))));
    }
}
// end::shout[]
