package org.kamaelia.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;

/**
 * The one way both Vert.x peers get their Vertx, so that they differ in nothing but the code under comparison.
 *
 * @param vertx with as many event loops as the case gives the server
 * @param transport the name of the transport in use
 */
record VertxLoops(Vertx vertx, String transport) {

    private static final long START_SECONDS = 20;

    static VertxLoops open(int eventLoops) {
        // Not preferNativeTransport: on a host without epoll that may pick io_uring, another subject altogether.
        Transport transport = Transport.EPOLL != null && Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO;
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(eventLoops))
                .withTransport(transport)
                .build();
        return new VertxLoops(vertx, transport.name());
    }

    /** Waits for what a server's start returns; for the main thread only. */
    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    }
}
