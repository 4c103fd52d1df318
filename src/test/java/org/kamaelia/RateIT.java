package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are held to a rate: no faster, and no byte is lost. */
@ParameterizedClass
@EnumSource(Transport.class)
class RateIT {
    private static final int RATE = 1 << 20;

    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    /** At the rate that takes a second, less what may come at once. */
    private static void assertTookASecond(long begin) {
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(800));
    }

    private static CompletableFuture<Void> async(Task task) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        task.run();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                run -> new Thread(run).start());
    }

    private interface Task {
        void run() throws Exception;
    }

    @Test
    void aDownloadIsHeldToItsRateAndAllOfItArrives() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(RATE),
                Running.on("sending")
                        .rateOut(RATE)
                        .closeTimeout(Duration.ofMillis(50))
                        .idleTimeout(Duration.ofMillis(50)));
        try (Socket client = Running.connect(listener)) {
            long begin = System.nanoTime();
            new Bytes(0).read(client.getInputStream(), RATE);

            assertTookASecond(begin);
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
    }

    @Test
    void closingTakesAsLongAsTheRateAsks() throws Exception {
        int length = 128 * 1024;
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(length),
                Running.on("sending").rateOut(length).closeTimeout(Duration.ofMillis(20)));
        try (Socket client = Running.connect(listener)) {
            long begin = System.nanoTime();
            // Each of its buffers lasts longer than closing may take without progress.
            new Bytes(0).read(client.getInputStream(), length);

            // The last buffer is not waited for, and a tenth of a second's worth may come at once.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(600));
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rateIn", "listenerRateIn"})
    void anUploadIsHeldToARateSetWhileItRunsAndMemoryStaysBounded(String rate) throws Exception {
        Silent reader = new Silent();
        Listener listener = running.start("silent", connection -> reader, Running.on("silent"));
        reader.startReading();
        Running.await(running.control().patch("silent", new JsonObject().put(rate, RATE), false));
        try (Socket client = Running.connect(listener)) {
            long begin = System.nanoTime();
            CompletableFuture<Void> writing = async(() -> new Bytes(0).write(client.getOutputStream(), 8 * RATE));
            Running.until("a second's worth has come", () -> reader.read() >= RATE);

            assertTookASecond(begin);
            Running.await(running.control().patch("silent", new JsonObject().putNull(rate), false));
            Running.until("all has come", () -> reader.read() == 8 * RATE);
            writing.get(20, TimeUnit.SECONDS);
            assertThat(reader.readWrong()).isFalse();
        }
    }

    @Test
    void allConnectionsTogetherAreHeldToTheListenersRateAndEachGetsItsShare() throws Exception {
        Listener listener =
                running.start(Running.on("echo").listenerRateOut(RATE).listenerRateIn(RATE));
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int seed = i;
            Socket client = Running.connect(listener);
            clients.add(async(() -> {
                try (client) {
                    CompletableFuture<Void> writing =
                            async(() -> new Bytes(seed).write(client.getOutputStream(), RATE / 8));
                    new Bytes(seed).read(client.getInputStream(), RATE / 8);
                    writing.get(20, TimeUnit.SECONDS);
                }
            }));
        }
        for (CompletableFuture<Void> each : clients) {
            each.get(20, TimeUnit.SECONDS);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rateOut", "listenerRateOut"})
    void aRateSetWhileItSendsHoldsFromThenOn(String rate) throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenDone(64L * RATE), Running.on("sending"));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            Bytes bytes = new Bytes(0);
            bytes.read(client.getInputStream(), RATE);
            Running.await(running.control().patch("sending", new JsonObject().put(rate, "64KiB"), false));
            Running.until("it is held back", () -> {
                bytes.read(client.getInputStream(), client.getInputStream().available());
                return Running.await(running.control().connection(id))
                        .waitsFor()
                        .contains("rateOut");
            });

            Running.await(running.control().patch("sending", new JsonObject().putNull(rate), false));

            bytes.read(client.getInputStream(), 64L * RATE - bytes.count());
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
    }
}
