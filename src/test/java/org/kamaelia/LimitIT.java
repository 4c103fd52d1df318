package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.Counts;

/** The limit holds for a listener, not for each of its event loops. */
@ParameterizedClass
@EnumSource(Transport.class)
class LimitIT {
    private static final int LIMIT = 50;

    @Parameter
    Transport transport;

    private Running running;
    private Listener listener;

    @BeforeEach
    void start() {
        running = new Running(transport);
        listener = running.start(Running.on("echo").maxConnections(LIMIT));
    }

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void exactlySoManyAreServedInAStorm() throws Exception {
        List<Socket> served = storm(4, 50);

        assertThat(served).hasSize(LIMIT);
        Counts counts = running.counts(listener);
        assertThat(counts.open()).isEqualTo(LIMIT);
        assertThat(counts.accepted()).isEqualTo(LIMIT);
        assertThat(counts.rejected()).isEqualTo(4 * 50 - LIMIT);

        // A place that is given back is there for the next.
        for (int i = 0; i < 20; i++) {
            served.remove(0).close();
            Running.until("a place is free", () -> running.counts(listener).open() == LIMIT - 1);
            served.addAll(storm(1, 1));
            assertThat(served).hasSize(LIMIT);
        }
        for (Socket client : served) {
            client.close();
        }
        Running.until("all are closed", () -> running.counts(listener).open() == 0);
    }

    @Test
    void itCanBeRaisedWhileItListens() throws Exception {
        List<Socket> served = storm(2, 30);
        assertThat(served).hasSize(LIMIT);

        Running.await(running.control()
                .patch("echo", new io.vertx.core.json.JsonObject().put("maxConnections", LIMIT + 5), false));

        served.addAll(storm(2, 5));
        assertThat(served).hasSize(LIMIT + 5);
        for (Socket client : served) {
            client.close();
        }
    }

    /** Those of many simultaneous connects that got an answer. */
    private List<Socket> storm(int threads, int each) throws Exception {
        List<Socket> served = new ArrayList<>();
        List<CompletableFuture<Void>> storming = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
            storming.add(CompletableFuture.runAsync(
                    () -> {
                        for (int j = 0; j < each; j++) {
                            Socket client = connectIfThereIsRoom();
                            if (client == null) {
                                refused.incrementAndGet();
                                continue;
                            }
                            synchronized (served) {
                                served.add(client);
                            }
                        }
                    },
                    task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> one : storming) {
            one.get(20, TimeUnit.SECONDS);
        }
        assertThat(refused.get() + served.size()).isEqualTo(threads * each);
        return served;
    }

    private Socket connectIfThereIsRoom() {
        try {
            Socket client = Running.connect(listener);
            try {
                client.getOutputStream().write(7);
                if (client.getInputStream().read() == 7) {
                    return client;
                }
            } catch (SocketException refused) {
                assertThat(refused).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
            client.close();
            return null;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
