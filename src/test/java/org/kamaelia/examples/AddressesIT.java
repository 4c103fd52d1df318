package org.kamaelia.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Listener;

/** A blocking handler behind a line framer, over real sockets. */
@Timeout(60)
class AddressesIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    @Test
    void everyLineIsAnsweredInOrderAndTheConnectionClosesAfterTheLastAnswer() throws Exception {
        Listener listener = await(Addresses.start(vertx, 0));
        int lines = 2_000;

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            StringBuilder asked = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < lines; i++) {
                String address = "127.0." + i / 250 + "." + i % 250;
                asked.append(address).append('\n');
                expected.append(address).append('\n');
            }
            socket.getOutputStream().write(asked.toString().getBytes(UTF_8));
            socket.shutdownOutput();

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo(expected.toString());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
