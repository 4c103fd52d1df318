package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.tcp.ListenerOptions;

/** Networks that lose and delay packets, and hosts that vanish without a word. */
@ParameterizedClass
@EnumSource(Transport.class)
class NetworkIT {
    /** More than the kernel takes, and more than arrives before the cable is cut. */
    private static final long MUCH = 1L << 30;

    private static final Duration SOON = Duration.ofMillis(700);

    @Parameter
    Transport transport;

    private Network network;
    private Running running;

    @BeforeEach
    void start() throws IOException {
        network = Network.open();
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        if (network != null) {
            network.close();
        }
        if (running != null) {
            running.close();
        }
    }

    private ListenerOptions on(String protocol) {
        return Running.on(protocol).host(network.here());
    }

    private String address(Listener listener) {
        return "TCP:" + network.here() + ":" + listener.port();
    }

    private ConnectionView only() {
        Running.until("there is a connection", () -> running.open().size() == 1);
        return running.open().get(0);
    }

    // ---- bytes that do not all arrive at once

    private void echoes(int length) throws Exception {
        Listener listener = running.start(on("echo").closeTimeout(Duration.ofMinutes(1)));
        Process client = network.start(Programs.need("socat"), "-t", "60", "-", address(listener));
        String id = only().id();
        CompletableFuture<Void> sent = CompletableFuture.runAsync(
                () -> {
                    try {
                        new Bytes(0).write(client.getOutputStream(), length);
                        client.getOutputStream().close();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task).start());

        new Bytes(0).read(client.getInputStream(), length);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        sent.get(20, TimeUnit.SECONDS);
        ConnectionView ended = running.ended(id);
        assertThat(ended.closeCause()).isEqualTo("peer-closed");
        assertThat(ended.bytesIn()).isEqualTo(length);
        assertThat(ended.bytesOut()).isEqualTo(length);
        assertThat(ended.unsentBytes()).isZero();
    }

    @Test
    void bytesArriveWholeInBothDirectionsThoughPacketsAreLost() throws Exception {
        network.lose(5);

        echoes(500_000);

        assertThat(network.lost()).isGreaterThan(10);
    }

    @Test
    void andThoughTheyAreDelayed() throws Exception {
        network.delay(Duration.ofMillis(10));
        network.lose(5);

        echoes(200_000);

        assertThat(network.lost()).isPositive();
    }

    // ---- hosts that are there no more

    private ConnectionView vanishing(ListenerOptions options) throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenStaying(MUCH), options);
        Process unused = network.start(Programs.need("socat"), "-u", address(listener), "OPEN:/dev/null");
        String id = only().id();
        Running.until("bytes move", () -> running.view(id).bytesOut() > 1_000_000);
        network.unplug();
        ConnectionView ended = running.ended(id);
        assertThat(ended.unsentBytes()).isPositive();
        assertThat(ended.bytesOut()).isLessThan(MUCH);
        Running.until("its place is free", () -> running.counts(listener).open() == 0);
        return ended;
    }

    @Test
    void aPeerThatVanishesWhileItIsSentToIsEndedByTheWriteTimeout() throws Exception {
        ConnectionView ended = vanishing(on("sending").writeTimeout(SOON));

        assertThat(ended.closeCause()).isEqualTo("write-timeout");
        assertThat(ended.closeDetail()).isEqualTo("the peer took nothing for writeTimeout 700ms");
    }

    @Test
    void withEpollTheKernelGivesItUpAfterTheTcpUserTimeout() throws Exception {
        assumeTrue(transport == Transport.NATIVE, "only epoll has this option");

        ConnectionView ended =
                vanishing(on("sending").writeTimeout(Duration.ZERO).tcpUserTimeout(SOON));

        assertThat(ended.closeCause()).isEqualTo("peer-reset");
        assertThat(ended.closeDetail()).contains("Connection timed out");
    }

    @Test
    void withEpollAQuietPeerThatVanishedIsFoundOutByKeepAlive() throws Exception {
        assumeTrue(transport == Transport.NATIVE, "only epoll has these options");
        Listener listener = running.start(on("echo")
                .keepAliveIdle(Duration.ofSeconds(1))
                .keepAliveInterval(Duration.ofSeconds(1))
                .keepAliveCount(1));
        Process unused = network.start(Programs.need("socat"), "-", address(listener));
        String id = only().id();
        network.unplug();

        ConnectionView ended = running.ended(id);

        assertThat(ended.closeCause()).isEqualTo("peer-reset");
        assertThat(ended.closeDetail()).contains("Connection timed out");
    }

    @Test
    void aCrowdThatVanishesIsEndedByTheIdleTimeoutAndNobodyElseIs() throws Exception {
        int crowd = 100;
        Listener listener = running.start(
                on("echo").host("0.0.0.0").maxConnections(crowd + 1).closeTimeout(SOON));
        Process clients = network.start(
                "bash",
                "-c",
                "for i in $(seq " + crowd + "); do exec {each}<>/dev/tcp/" + network.here() + "/" + listener.port()
                        + "; printf x >&$each; done; echo here; cat");
        assertThat(clients.getInputStream().readNBytes(5)).asString().isEqualTo("here\n");
        try (Socket near = Running.connect(listener)) {
            String id = running.idOf(near);
            network.unplug();
            Running.await(running.control().patch("echo", new JsonObject().put("idleTimeout", "2s"), false));

            Running.until("the crowd is ended", () -> {
                near.getOutputStream().write(7);
                assertThat(near.getInputStream().read()).isEqualTo(7);
                return running.counts(listener).closed() == crowd;
            });

            assertThat(running.view(id).closedAt()).isNull();
            assertThat(running.counts(listener).open()).isEqualTo(1);
        }
        // Their places are free.
        for (int i = 0; i < crowd; i++) {
            try (Socket next = Running.connect(listener)) {
                next.getOutputStream().write(7);
                assertThat(next.getInputStream().read()).isEqualTo(7);
            }
        }
    }
}
