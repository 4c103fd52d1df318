package org.kamaelia.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.KamaeliaVerticle;
import org.kamaelia.Listener;
import org.kamaelia.Running;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.Role;
import org.kamaelia.tcp.ListenerOptions;

/** What the README says about embedding, over real sockets. */
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
        KamaeliaVerticle verticle = await(EmbedKamaelia.deploy(vertx, 0, 0));
        int port = portOf(verticle);
        assertThat(shouted(port)).isEqualTo("HELLO");

        await(vertx.undeploy(verticle.deploymentID()));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> shouted(port));
    }

    @Test
    void undeployingTheVerticleLetsAConnectionFinish() throws Exception {
        KamaeliaVerticle verticle = await(EmbedKamaelia.deploy(vertx, 0, 0));
        int port = portOf(verticle);
        try (Socket socket = connect(port)) {
            assertThat(answer(socket, "before")).isEqualTo("BEFORE");

            Future<Void> undeployed = vertx.undeploy(verticle.deploymentID());
            Running.until(
                    "it drains",
                    () -> await(verticle.kamaelia().control().listener("shout")).state() != ListenerState.LISTENING);
            assertThat(answer(socket, "during")).isEqualTo("DURING");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).as("a clean end").isEqualTo(-1);

            await(undeployed);
        }
    }

    @Test
    void anOperationIsAskedForOnTheEventBus() throws Exception {
        KamaeliaOptions options = new KamaeliaOptions()
                .listener("shout", ListenerOptions.of("echo").host("127.0.0.1"))
                .eventBus(new EventBusOptions(Role.OPERATOR));
        await(vertx.deployVerticle(new KamaeliaVerticle(options)));

        JsonObject answer = await(EmbedKamaelia.askOnTheEventBus(vertx)).body();

        assertThat(answer.getInteger("status")).isEqualTo(200);
        assertThat(answer.getJsonObject("body").getInteger("maxConnections")).isEqualTo(100);
    }

    @Test
    void closingTheVertxEndsAVerticleThatRuns() throws Exception {
        await(EmbedKamaelia.deploy(vertx, 0, 0));

        await(vertx.close());
    }

    private static int portOf(KamaeliaVerticle verticle) throws Exception {
        String address = await(verticle.kamaelia().listening()).get("shout");
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static Socket connect(int port) throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static String answer(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return new String(socket.getInputStream().readNBytes(text.length()), UTF_8);
    }

    private static String shouted(int port) throws Exception {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write("hello".getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
