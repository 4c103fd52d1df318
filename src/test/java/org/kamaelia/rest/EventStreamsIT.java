package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Running;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.tcp.ConnectionsRefused;
import org.kamaelia.tcp.Refusal;

/** What readers of the stream of events can cost at the most. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventStreamsIT {

    private static final int KEPT = 10_000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final String LONG_TEXT = "x".repeat(2_000);

    private final Vertx vertx = Vertx.vertx();
    private final ControlPlane control = Operated.on(vertx);
    private EventStreams streams;
    private int port;

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void serve(EventStreams.Bounds bounds) throws Exception {
        streams = new EventStreams(vertx, control.happenings(), bounds);
        Router router = Router.router(vertx);
        router.route().failureHandler(new Failures(vertx));
        AdminLimits limits = AdminLimits.defaults();
        router.route()
                .handler(new Guard(
                        vertx,
                        new Credentials(null, null),
                        new WrongTokens(1, System::nanoTime),
                        new Rates(limits, System::nanoTime),
                        new Knocks(vertx, Knocks.PAUSE, event -> {})));
        router.route(RestPlane.BASE_PATH + "/events").handler(streams::handle);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    private void happen(int times) {
        for (int i = 0; i < times; i++) {
            control.observe(new ConnectionsRefused("busy", Refusal.FULL, i, LONG_TEXT));
        }
    }

    /** One who asks and reads nothing, with as little room as the system grants. */
    private Socket stalled() throws Exception {
        int before = streams.open();
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET " + RestPlane.BASE_PATH + "/events HTTP/1.1\r\nHost: localhost:" + port + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        Running.until("it is read", () -> streams.open() > before);
        return socket;
    }

    @Test
    void aReaderThatLeavesItLyingIsCutOffWithoutAllOfItBeingWritten() throws Exception {
        serve(new EventStreams.Bounds(LONG, Duration.ofMillis(300), 16 << 10, 4));
        try (Socket socket = stalled()) {
            happen(KEPT - 1); // 20 MB
            Running.until("it is cut off", () -> streams.open() == 0);

            Running.until("the system knows that nobody is there", () -> {
                try {
                    socket.getOutputStream().write(7);
                    return false;
                } catch (IOException brokenOff) {
                    return true;
                }
            });
        }
    }

    @Test
    void aReaderThatFallsBehindWhatIsKeptIsCutOff() throws Exception {
        serve(new EventStreams.Bounds(LONG, LONG, 16 << 10, 4));
        try (Socket socket = stalled()) {
            happen(2 * KEPT);

            long read = socket.getInputStream().readAllBytes().length;

            Running.until("it is cut off", () -> streams.open() == 0);
            assertThat(read).isLessThan((long) KEPT * LONG_TEXT.length());
        }
    }

    @Test
    void noMoreAreServedThanThereMayBe() throws Exception {
        serve(new EventStreams.Bounds(LONG, LONG, 16 << 10, 2));
        Heard first = new Heard(port, "");
        try (Heard second = new Heard(port, "")) {
            assertThat(second.response.statusCode()).isEqualTo(200);
            try (Heard third = new Heard(port, "")) {
                assertThat(third.response.statusCode()).isEqualTo(503);
                assertThat(third.response.headers().firstValue("Retry-After")).contains("5");
            }
            first.close();
            Running.until("its place is free", () -> streams.open() == 1);
            try (Heard third = new Heard(port, "")) {
                assertThat(third.response.statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aReaderThatKeepsUpMissesNothing() throws Exception {
        serve(new EventStreams.Bounds(LONG, LONG, 16 << 10, 2));
        try (Heard heard = new Heard(port, "")) {
            for (int round = 0; round < 20; round++) {
                happen(1_000);
                for (int i = 0; i < 1_000; i++) {
                    assertThat(heard.event().data().getInteger("count")).isEqualTo(i);
                }
            }
        }
    }
}
