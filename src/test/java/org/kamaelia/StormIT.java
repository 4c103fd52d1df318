package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.Counts;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.WhenFull;

/** Many who mean no good: they cost a known amount, and when they are gone nothing of them is left. */
@ParameterizedClass
@EnumSource(Transport.class)
class StormIT {
    private static final int CLIENTS = 4;

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

    private interface Client {
        void act(int number) throws IOException;
    }

    /** Lets clients act, some at a time, until it was done so often. */
    private static void storm(int times, Client client) throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(CompletableFuture.runAsync(
                    () -> {
                        for (int j = 0; j < times / CLIENTS; j++) {
                            try {
                                client.act(j);
                            } catch (SocketException refusedOrReset) {
                                assertThat(refusedOrReset).hasMessageMatching("(?i).*(reset|broken pipe).*");
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }
                    },
                    task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> each : clients) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    private void assertNothingIsLeft(Listener listener) {
        // Those who did not wait for an answer may come in only now; whoever comes after them is served when they are
        // gone.
        Running.until("every place and every address is free again", () -> servesAtATime(listener, 16));
        Running.until("all are closed", () -> {
            Counts counts = running.counts(listener);
            return counts.open() == 0 && counts.queued() == 0 && counts.closed() == counts.accepted();
        });
        Running.until("none is listed", () -> running.open().isEmpty());
    }

    private static boolean servesAtATime(Listener listener, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Socket client = Running.connect(listener);
                clients.add(client);
                client.getOutputStream().write(7);
                if (client.getInputStream().read() != 7) {
                    return false;
                }
            }
            return true;
        } catch (SocketException refused) {
            return false;
        } finally {
            for (Socket each : clients) {
                each.close();
            }
        }
    }

    private static ListenerOptions tight() {
        return Running.on("echo").maxConnections(16).perAddressLimit(16);
    }

    @Test
    void connectsAndClosesAtTheLimitLeaveEveryPlaceFree() throws Exception {
        Listener listener = running.start(tight().maxConnections(2));
        storm(4_000, number -> {
            try (Socket client = Running.connect(listener)) {
                if (number % 2 == 0) {
                    client.getOutputStream().write(1);
                    int unused = client.getInputStream().read();
                }
            }
        });
        Running.await(running.control().patch("echo", new JsonObject().put("maxConnections", 16), false));
        assertNothingIsLeft(listener);
    }

    @Test
    void resetsWhileTheyWaitForAPlaceLeaveEveryPlaceFree() throws Exception {
        Listener listener =
                running.start(tight().maxConnections(1).whenFull(WhenFull.QUEUE).perAddressLimit(null));
        storm(4_000, number -> {
            Socket client = Running.connect(listener);
            client.getOutputStream().write(1);
            if (number % 3 == 0) {
                client.close();
            } else {
                Running.reset(client);
            }
        });
        Running.await(running.control()
                .patch("echo", new JsonObject().put("maxConnections", 16).put("perAddressLimit", 16), false));
        assertNothingIsLeft(listener);
    }

    @Test
    void whoIsDeniedCostsNothingThatLasts() throws Exception {
        Listener listener = running.start(tight().deny(List.of(AddressBlock.parse("127.0.0.0/8"))));
        storm(4_000, number -> {
            try (Socket client = Running.connect(listener)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        });

        Counts counts = running.counts(listener);
        assertThat(counts.rejectedBy().denied()).isEqualTo(4_000);
        assertThat(counts.accepted()).isZero();
        Running.await(running.control().patch("echo", new JsonObject().putNull("deny"), false));
        assertNothingIsLeft(listener);
    }

    @Test
    void peersThatEndTheirSideOrSaySomethingNowAndThenAreEndedByTheirAge() throws Exception {
        Listener listener =
                running.start(tight().maxConnections(300).perAddressLimit(300).maxAge(Duration.ofMillis(500)));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Socket client = Running.connect(listener);
            clients.add(client);
            client.getOutputStream().write(1);
        }
        for (Socket each : clients) {
            assertThat(Running.endOf(each)).isEqualTo(Running.End.FIN);
            each.close();
        }
        assertNothingIsLeft(listener);
    }

    @Test
    void aThousandStalledReadersHoldAKnownAmountOfMemoryUntilTheWriteTimeoutEndsThem() throws Exception {
        int readers = 1_000;
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(256 << 10),
                Running.on("sending").sendBound(16 * 1024).sendBuffer(16 * 1024).writeTimeout(Duration.ZERO));
        Socket first = Running.connectNarrow(listener);
        String id = running.idOf(first);
        Running.until("bytes wait", () -> running.view(id).unsentBytes() > 0);
        long before = Memory.used();
        List<Socket> clients = new ArrayList<>();
        clients.add(first);
        for (int i = 1; i < readers; i++) {
            clients.add(Running.connectNarrow(listener));
        }
        Running.until(
                "all stall",
                () -> running.counts(listener).open() == readers
                        && running.open().stream().allMatch(each -> each.unsentBytes() > 0));

        // Two bounds' worth of bytes, a buffer beyond each, and what a connection is made of.
        assertThat((Memory.used() - before) / readers).isLessThan(2L * 16 * 1024 + 2 * 16 * 1024 + 8 * 1024);

        Running.await(running.control().patch("sending", new JsonObject().put("writeTimeout", "100ms"), false));
        Running.until("all are ended", () -> running.counts(listener).open() == 0);
        for (Socket each : clients) {
            each.close();
        }
        // What is left are the last thousand closed, and memory that the pool of buffers keeps.
        Running.until("their memory is free", () -> Memory.used() - before < 16 << 20);
    }

    @Test
    void ofPeersThatSendAndNeverReadNoMoreIsKeptThanTheBoundsAllow() throws Exception {
        int bound = 16 * 1024;
        int inbox = 64 * 1024;
        Listener listener = running.start(
                Running.on("echo").receiveBound(bound).sendBound(bound).sendBuffer(4096));
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                SocketChannel client =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
                client.configureBlocking(false);
                clients.add(client);
            }
            ByteBuffer bytes = ByteBuffer.allocate(256 * 1024);
            AtomicInteger quiet = new AtomicInteger();
            AtomicLong last = new AtomicLong();
            Running.until("for a hundred looks nobody has taken more", () -> {
                for (SocketChannel each : clients) {
                    each.write(bytes.clear());
                }
                long come = running.open().stream()
                        .mapToLong(each -> each.bytesIn())
                        .sum();
                return last.getAndSet(come) == come ? quiet.incrementAndGet() == 100 : quiet.getAndSet(0) < 0;
            });

            // In the socket, the handler's inbox, the adapter's and the socket again: a bound, and a read beyond it.
            int most = (bound + bound) + (inbox + bound) + (bound + bound) + (bound + bound);
            assertThat(running.open())
                    .hasSize(clients.size())
                    .allSatisfy(
                            each -> assertThat(each.bytesIn() - each.bytesOut()).isLessThanOrEqualTo(most));
        } finally {
            for (SocketChannel each : clients) {
                each.close();
            }
        }
    }
}
