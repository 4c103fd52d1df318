package org.kamaelia.bench;

import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.tcp.ListenerOptions;

/** Our echo as an embedder starts it, with its accounting on as it ships. */
final class KamaeliaEcho implements EchoServer {

    @Override
    public Listening listen(int eventLoops) throws Exception {
        VertxLoops loops = VertxLoops.open(eventLoops);
        Kamaelia kamaelia = Kamaelia.create(loops.vertx(), new KamaeliaOptions().eventLoops(eventLoops));
        int port = VertxLoops.await(
                        kamaelia.start(ListenerOptions.of("echo").host(HOST).port(0)))
                .port();
        return new Listening(port, loops.transport());
    }
}
