package org.kamaelia.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.KamaeliaVerticle;
import org.kamaelia.Listener;

/** What the README says about embedding, over a real socket. */
@Timeout(60)
class EmbedKamaeliaIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    @Test
    void aListenerOfOnesOwnProtocolAnswersAndClosesAfterTheLastReply() throws Exception {
        Listener listener = await(EmbedKamaelia.start(vertx, 0));

        assertThat(shouted(listener.port())).isEqualTo("HELLO");
    }

    @Test
    void undeployingTheVerticleGivesThePortBack() throws Exception {
        KamaeliaVerticle verticle = await(EmbedKamaelia.deploy(vertx, 0));
        String address = await(verticle.kamaelia().listening()).get("loud");
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        assertThat(shouted(port)).isEqualTo("HELLO");

        await(vertx.undeploy(verticle.deploymentID()));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> shouted(port));
    }

    private static String shouted(int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
