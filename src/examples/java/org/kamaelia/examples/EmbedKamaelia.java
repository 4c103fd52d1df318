package org.kamaelia.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.KamaeliaVerticle;
import org.kamaelia.Listener;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ListenerOptions;

/** Kamaelia inside an application that has a Vertx of its own. */
public final class EmbedKamaelia {
    private EmbedKamaelia() {}

    /** Starts a listener; port 0 is any that is free. */
    public static Future<Listener> start(Vertx vertx, int port) {
        // tag::embed[]
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        kamaelia.protocol(Protocol.of("shout", connection -> new Shout()));
        Future<Listener> listening = kamaelia.start(ListenerOptions.of("shout").port(port)); // 0 = any that is free
        listening.onSuccess(listener -> System.out.println("shouting on port " + listener.port()));
        // end::embed[]
        return listening;
    }

    /** The same as a verticle: undeploying it lets the connections finish. */
    public static Future<KamaeliaVerticle> deploy(Vertx vertx, int port) {
        // tag::verticle[]
        KamaeliaOptions options = new KamaeliaOptions()
                .listener("loud", ListenerOptions.of("shout").port(port));
        KamaeliaVerticle verticle = new KamaeliaVerticle(options, Protocol.of("shout", connection -> new Shout()));
        Future<String> deployed = vertx.deployVerticle(verticle);
        // end::verticle[]
        return deployed.map(verticle);
    }
}
