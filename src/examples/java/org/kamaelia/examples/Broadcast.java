package org.kamaelia.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.Listener;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ListenerOptions;

/**
 * What one connection sends goes to all of them, on all event loops, by Vert.x's event bus. Who does not read misses what
 * comes while its box is full; {@code chat} would keep the speakers waiting for a while instead.
 */
final class Broadcast extends Reactor {
    private static final String ADDRESS = "examples.broadcast";

    private final MessageConsumer<Buffer> consumer;

    Broadcast(Vertx vertx) {
        Inbox<Buffer> in = inbox("inbox", Buffer.class);
        Inbox<Buffer> heard = addInbox("heard", Buffer.class);
        Outbox<Buffer> out = outbox("outbox", Buffer.class);
        on(in, said -> vertx.eventBus().publish(ADDRESS, said));
        on(heard, out, out::send);
        // Called on this event loop, as the steps are: so it may deliver without a detour.
        consumer = vertx.eventBus().localConsumer(ADDRESS, said -> {
            if (isActive()) {
                scheduler().deliver(heard, said.body());
            }
        });
    }

    @Override
    protected void ended(Throwable failure) {
        Future<Void> unused = consumer.unregister();
    }

    static Future<Listener> start(Vertx vertx, int port) {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        kamaelia.protocol(Protocol.of("broadcast", connection -> new Broadcast(vertx)));
        return kamaelia.start(ListenerOptions.of("broadcast").host("127.0.0.1").port(port));
    }
}
