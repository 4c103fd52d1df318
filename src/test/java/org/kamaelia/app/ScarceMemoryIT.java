package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kamaelia.Running;

/** A process with hardly any memory left goes on with those it has, and accepts everybody again when it has more. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScarceMemoryIT {
    /** Less than what lies between where memory is called scarce and its end. */
    private static final int PIECE = 512 * 1024;

    private static final int MOST_PIECES = 1_000;

    private static final int MOST_CROWDS = 50;

    /** More than come in between two pauses. */
    private static final int CROWD = 40;

    /** Less than two of them in a row. */
    private static final Duration PAUSES = Duration.ofMillis(250);

    private final HttpClient http = HttpClient.newHttpClient();

    static Stream<Arguments> collectors() {
        return Stream.of(arguments("-XX:+UseSerialGC"), arguments("-XX:+UseG1GC"));
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void withAFullHeapOpenConnectionsGoOnAndAcceptingComesBackByItself(String collector) throws Exception {
        // What the handler does not take stays in the heap.
        fillsAndRecovers(collector, "64MiB", "1KiB", "of the heap's");
    }

    @Test
    void withFullBuffersOutsideTheHeapOpenConnectionsGoOnAndAcceptingComesBackByItself() throws Exception {
        assumeTrue(Runtime.version().feature() < 24, "Netty does not count its buffers on Java 24 and later");
        // What the peer does not take waits outside the heap.
        fillsAndRecovers("-XX:+UseSerialGC", "64KiB", "64MiB", "for buffers outside the heap");
    }

    private void fillsAndRecovers(String collector, String receiveBound, String sendBound, String what)
            throws Exception {
        try (RunningJar jar = start(collector, receiveBound, sendBound)) {
            RunningJar.Addresses at = jar.addresses();
            Socket open = connect(at);
            assertEchoes(open);
            SocketChannel filler =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port()));
            filler.configureBlocking(false);
            fill(filler, at);

            assertThat(listener(at).getString("reason")).contains("over 90 %", what, "would help");
            assertEchoes(open);
            Duration took = crowd(at);
            for (int i = 0; took.compareTo(PAUSES) < 0 && i < MOST_CROWDS; i++) {
                // A collection has found a little.
                addTo(filler);
                took = crowd(at);
            }
            assertThat(took).isGreaterThanOrEqualTo(PAUSES);

            Socket newcomer = greet(at);
            filler.close();
            assertThat(newcomer.getInputStream().read()).isEqualTo(7);
            awaitEnd(at);
            // A collection comes by itself, but with some collectors not soon.
            jar.collectGarbage();
            awaitListening(at);
            assertEchoes(open);
        }
    }

    private static RunningJar start(String collector, String receiveBound, String sendBound) throws IOException {
        return RunningJar.startWith(
                List.of("-Xmx64m", collector, "-XX:TieredStopAtLevel=1"),
                "--set=eventLoops=1",
                "--set=log.level=error",
                "--set=admin.port=0",
                "--set=listeners.0.port=0",
                "--set=listeners.0.receiveBound=" + receiveBound,
                "--set=listeners.0.sendBound=" + sendBound,
                "--set=listeners.0.receiveBuffer=64KiB",
                "--set=listeners.0.sendBuffer=64KiB");
    }

    /** Sends a piece, or as much of it as the process takes at once. */
    private static void addTo(SocketChannel filler) throws IOException {
        int taken = filler.write(ByteBuffer.allocate(PIECE));
        assertThat(taken).isNotNegative();
    }

    /** Sends and does not read, piece by piece, until a newcomer shows that memory is scarce. */
    private void fill(SocketChannel filler, RunningJar.Addresses at) throws Exception {
        for (int i = 0; i < MOST_PIECES; i++) {
            addTo(filler);
            try (Socket newcomer = connect(at)) {
                assertEchoes(newcomer);
            }
            if (listener(at).getString("state").equals("degraded")) {
                return;
            }
        }
        throw new AssertionError("not degraded: " + listener(at));
    }

    /** How long it takes until each of a crowd has come in. */
    private static Duration crowd(RunningJar.Addresses at) throws IOException {
        List<Socket> newcomers = new ArrayList<>();
        long since = System.nanoTime();
        for (int i = 0; i < CROWD; i++) {
            newcomers.add(greet(at));
        }
        for (Socket each : newcomers) {
            assertThat(each.getInputStream().read()).isEqualTo(7);
            each.close();
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** Only the one that is always open and the newcomer are left. */
    private void awaitEnd(RunningJar.Addresses at) {
        Running.until(
                "the filler has gone",
                () -> listener(at).getJsonObject("connections").getInteger("open") <= 2);
    }

    private void awaitListening(RunningJar.Addresses at) throws Exception {
        Running.until("it is well again", () -> listener(at).getString("state").equals("listening"));
        assertThat(listener(at).getString("reason")).isNull();
    }

    private JsonObject listener(RunningJar.Addresses at) throws Exception {
        URI uri = URI.create(at.admin() + "/api/v1/listeners/echo");
        return new JsonObject(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body());
    }

    private static Socket connect(RunningJar.Addresses at) throws IOException {
        Socket client = at.connect();
        client.setSoTimeout(20_000);
        return client;
    }

    /** Somebody new who has something to say. */
    private static Socket greet(RunningJar.Addresses at) throws IOException {
        Socket client = connect(at);
        client.getOutputStream().write(7);
        return client;
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
