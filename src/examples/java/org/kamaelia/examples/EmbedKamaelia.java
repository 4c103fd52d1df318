package org.kamaelia.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.KamaeliaVerticle;
import org.kamaelia.Listener;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ListenerOptions;

/** Kamaelia inside an application that has a Vertx of its own. Port 0 is any that is free. */
final class EmbedKamaelia {
    private EmbedKamaelia() {}

    static Future<Listener> start(Vertx vertx, int port) {
        // tag::embed[]
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        kamaelia.protocol(Protocol.of("shout", connection -> new Shout()));
        Future<Listener> shouting =
                kamaelia.start(ListenerOptions.of("shout").host("127.0.0.1").port(port));
        shouting.onSuccess(listener -> System.out.println("shouting on " + listener.port()));
        // end::embed[]
        return shouting;
    }

    static Future<KamaeliaVerticle> deploy(Vertx vertx, int port, int adminPort) {
        // tag::verticle[]
        KamaeliaOptions options = new KamaeliaOptions()
                .listener("shout", ListenerOptions.of("shout").port(port))
                .admin(AdminOptions.defaults().port(adminPort));
        KamaeliaVerticle verticle = new KamaeliaVerticle(options, Protocol.of("shout", connection -> new Shout()));
        Future<String> deployed = vertx.deployVerticle(verticle); // undeploying it lets connections finish
        // end::verticle[]
        return deployed.map(verticle);
    }

    static Future<Message<JsonObject>> askOnTheEventBus(Vertx vertx) {
        // tag::bus[]
        JsonObject patch = new JsonObject()
                .put("operation", "patchListener")
                .put("parameters", new JsonObject().put("name", "shout"))
                .put("body", new JsonObject().put("maxConnections", 100));
        Future<Message<JsonObject>> answered = vertx.eventBus().request(EventBusOptions.ADDRESS, patch);
        // end::bus[]
        return answered;
    }
}
