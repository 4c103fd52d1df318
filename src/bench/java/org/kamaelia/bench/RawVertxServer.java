package org.kamaelia.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least that Vert.x can do: {@code socket.handler(socket::write)} for an echo, {@code pipeTo} both ways for a relay, on
 * one verticle per event loop, which share the port.
 */
final class RawVertxServer implements EchoServer {

    /** Vert.x's way to let instances share one random port: a negative number names it. */
    private static final int SHARED_RANDOM_PORT = -1;

    @Override
    public Listening listen(Duty duty) throws Exception {
        VertxLoops loops = VertxLoops.open(duty.eventLoops());
        AtomicInteger port = new AtomicInteger();
        VertxLoops.await(loops.vertx()
                .deployVerticle(() -> new Server(duty, port), new DeploymentOptions().setInstances(duty.eventLoops())));
        return new Listening(port.get(), loops.transport());
    }

    private static final class Server extends VerticleBase {

        private final Duty duty;
        private final AtomicInteger port;

        Server(Duty duty, AtomicInteger port) {
            this.duty = duty;
            this.port = port;
        }

        @Override
        public Future<NetServer> start() {
            NetServer server = vertx.createNetServer(options());
            if (duty.service() == Service.RELAY) {
                NetClient client = vertx.createNetClient();
                server.connectHandler(socket -> relay(socket, client));
            } else {
                server.connectHandler(socket -> socket.handler(socket::write));
            }
            return server.listen(SHARED_RANDOM_PORT, HOST).onSuccess(listening -> port.set(listening.actualPort()));
        }

        private NetServerOptions options() {
            NetServerOptions options = new NetServerOptions();
            return duty.service() == Service.TLS_ECHO
                    ? options.setSsl(true).setKeyCertOptions(BenchCertificate.forVertx())
                    : options;
        }

        private void relay(NetSocket socket, NetClient client) {
            socket.pause();
            client.connect(duty.upstreamPort(), HOST)
                    .onSuccess(upstream -> {
                        upstream.pipeTo(socket);
                        socket.pipeTo(upstream);
                    })
                    .onFailure(refused -> socket.close());
        }
    }
}
