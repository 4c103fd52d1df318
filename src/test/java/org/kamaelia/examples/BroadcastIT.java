package org.kamaelia.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Listener;

/** Connections that hear one another, over real sockets. */
@Timeout(60)
class BroadcastIT {
    private static final int GUESTS = 16;

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> guests = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Socket each : guests) {
            each.close();
        }
        await(vertx.close());
    }

    @Test
    void allHearWhatEachSaysAndNobodyIsLostWhenOneLeaves() throws Exception {
        Listener listener = await(Broadcast.start(vertx, 0));
        for (int i = 0; i < GUESTS; i++) {
            Socket guest = new Socket(InetAddress.getLoopbackAddress(), listener.port());
            guest.setSoTimeout(20_000);
            guests.add(guest);
            say(guest, "hello ");
            // Who hears itself hears the others from now on.
            assertThat(hear(guest, "hello ")).isEqualTo("hello ");
        }
        for (int i = 0; i < GUESTS; i++) {
            String others = "hello ".repeat(GUESTS - 1 - i);
            assertThat(hear(guests.get(i), others)).isEqualTo(others);
        }

        guests.get(0).close();
        for (int i = 1; i < GUESTS; i++) {
            say(guests.get(i), "again ");
            for (Socket each : guests.subList(1, GUESTS)) {
                assertThat(hear(each, "again ")).isEqualTo("again ");
            }
        }
    }

    private static void say(Socket guest, String words) throws IOException {
        guest.getOutputStream().write(words.getBytes(US_ASCII));
    }

    /** As many characters as that. */
    private static String hear(Socket guest, String expected) throws IOException {
        return new String(guest.getInputStream().readNBytes(expected.length()), US_ASCII);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
