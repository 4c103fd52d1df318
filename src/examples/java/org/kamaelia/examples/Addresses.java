package org.kamaelia.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.Listener;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.eventloop.ThreadInbox;
import org.kamaelia.eventloop.ThreadOutbox;
import org.kamaelia.eventloop.ThreadedComponent;
import org.kamaelia.protocol.LineFramer;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ListenerOptions;

/** Answers the name of a host on each line with its address, by the JDK's resolver, which blocks. */
final class Addresses extends ThreadedComponent {
    private final ThreadInbox<String> in = toThread(inbox("inbox", String.class));
    private final ThreadOutbox<Buffer> out = fromThread(outbox("outbox", Buffer.class));

    @Override
    protected void run() throws InterruptedException {
        for (String name = in.receive(); name != null; name = in.receive()) {
            out.put(Buffer.buffer(addressOf(name) + "\n"));
        }
    }

    private static String addressOf(String name) {
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }

    static Future<Listener> start(Vertx vertx, int port) {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        kamaelia.protocol(Protocol.of("addresses", connection -> new Pipeline(new LineFramer(253), new Addresses())));
        return kamaelia.start(ListenerOptions.of("addresses").host("127.0.0.1").port(port));
    }
}
