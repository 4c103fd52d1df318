package org.kamaelia.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code socket.handler(socket::write)} on one verticle per event loop, which share the port. */
final class RawVertxEcho implements EchoServer {

    /** Vert.x's way to let instances share one random port: a negative number names it. */
    private static final int SHARED_RANDOM_PORT = -1;

    @Override
    public Listening listen(int eventLoops) throws Exception {
        VertxLoops loops = VertxLoops.open(eventLoops);
        AtomicInteger port = new AtomicInteger();
        VertxLoops.await(
                loops.vertx().deployVerticle(() -> new Echo(port), new DeploymentOptions().setInstances(eventLoops)));
        return new Listening(port.get(), loops.transport());
    }

    private static final class Echo extends VerticleBase {

        private final AtomicInteger port;

        Echo(AtomicInteger port) {
            this.port = port;
        }

        @Override
        public Future<NetServer> start() {
            return vertx.createNetServer()
                    .connectHandler(socket -> socket.handler(socket::write))
                    .listen(SHARED_RANDOM_PORT, HOST)
                    .onSuccess(server -> port.set(server.actualPort()));
        }
    }
}
