package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Ingress;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.control.Counts;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerView;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.Refusals;
import org.kamaelia.tcp.WhenFull;

/** Who is let in, who waits and who is turned away. */
@ParameterizedClass
@EnumSource(Transport.class)
class AdmissionIT {
    @Parameter
    Transport transport;

    private Running running;
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : clients) {
            each.close();
        }
        running.close();
    }

    private Listener start(ListenerOptions options) {
        return running.start(options);
    }

    private void patch(JsonObject change) {
        Running.await(running.control().patch("echo", change, false));
    }

    private Socket connect(Listener listener) throws IOException {
        Socket client = Running.connect(listener);
        clients.add(client);
        return client;
    }

    private Socket connectFrom(String address, Listener listener) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.bind(new InetSocketAddress(address, 0));
        client.setSoTimeout(20_000);
        client.connect(new InetSocketAddress(
                address.contains(":") ? loopback6() : InetAddress.getLoopbackAddress(), listener.port()));
        return client;
    }

    private static boolean isServed(Socket client) throws IOException {
        try {
            client.getOutputStream().write(7);
            return client.getInputStream().read() == 7;
        } catch (SocketException refused) {
            return false;
        }
    }

    private static List<AddressBlock> blocks(String... blocks) {
        return List.of(blocks).stream().map(AddressBlock::parse).toList();
    }

    private static InetAddress loopback6() {
        return NetUtil.createInetAddressFromIpAddressString("::1");
    }

    private static boolean hasIpv6() {
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(loopback6(), 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    // ---- allow and deny

    @Test
    void whomDenyNamesIsTurnedAwayWhateverAllowSays() throws Exception {
        Listener listener =
                start(Running.on("echo").allow(blocks("127.0.0.0/8")).deny(blocks("127.0.0.2", "127.9.0.0/16")));

        assertThat(isServed(connectFrom("127.0.0.1", listener))).isTrue();
        assertThat(isServed(connectFrom("127.0.0.2", listener))).isFalse();
        assertThat(isServed(connectFrom("127.9.1.1", listener))).isFalse();
        Counts counts = running.counts(listener);
        assertThat(counts.rejectedBy()).isEqualTo(new Refusals(0, 0, 2, 0));
        assertThat(counts.accepted()).isEqualTo(1);
        assertThat(counts.open()).isEqualTo(1);
    }

    @Test
    void whomAllowDoesNotNameIsTurnedAwayUntilItDoes() throws Exception {
        Listener listener = start(Running.on("echo").allow(blocks("127.0.0.2")));
        Socket there = connectFrom("127.0.0.2", listener);
        assertThat(isServed(there)).isTrue();
        assertThat(isServed(connectFrom("127.0.0.3", listener))).isFalse();

        patch(new JsonObject().put("allow", new JsonArray().add("127.0.0.3/32")));

        assertThat(isServed(connectFrom("127.0.0.3", listener))).isTrue();
        assertThat(isServed(connectFrom("127.0.0.2", listener))).isFalse();
        // A connection that is there stays.
        assertThat(isServed(there)).isTrue();
    }

    @Test
    void onADualStackPortAnIpv4PeerIsKnownByItsIpv4Address() throws Exception {
        if (!hasIpv6()) {
            return;
        }
        Listener listener = start(Running.on("echo").host("::").deny(blocks("127.0.0.2/32")));

        assertThat(isServed(connectFrom("127.0.0.1", listener))).isTrue();
        assertThat(isServed(connectFrom("127.0.0.2", listener))).isFalse();
        assertThat(isServed(connectFrom("::1", listener))).isTrue();
        patch(new JsonObject().put("deny", new JsonArray().add("::1")));
        assertThat(isServed(connectFrom("::1", listener))).isFalse();
        assertThat(isServed(connectFrom("127.0.0.2", listener))).isTrue();
    }

    // ---- per address

    @Test
    void exactlySoManyOfOneAddressAreServedOverAllEventLoops() throws Exception {
        Listener listener = start(Running.on("echo").perAddressLimit(5));
        List<CompletableFuture<Socket>> storm = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String address = "127.0.0." + (1 + i % 2);
            storm.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            Socket client;
                            synchronized (clients) {
                                client = connectFrom(address, listener);
                            }
                            return isServed(client) ? client : null;
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        List<Socket> served = new ArrayList<>();
        for (CompletableFuture<Socket> each : storm) {
            Socket client = each.get(20, TimeUnit.SECONDS);
            if (client != null) {
                served.add(client);
            }
        }

        assertThat(served).hasSize(10);
        assertThat(running.counts(listener).rejectedBy()).isEqualTo(new Refusals(0, 30, 0, 0));
        for (Socket each : served) {
            each.close();
        }
        Running.until("all are closed", () -> running.counts(listener).open() == 0);
        assertThat(isServed(connectFrom("127.0.0.1", listener))).isTrue();
    }

    @Test
    void aLimitSetLaterCountsThoseThatAreOpenAlready() throws Exception {
        Listener listener = start(Running.on("echo"));
        for (int i = 0; i < 3; i++) {
            assertThat(isServed(connect(listener))).isTrue();
        }

        patch(new JsonObject().put("perAddressLimit", 4));

        assertThat(isServed(connect(listener))).isTrue();
        assertThat(isServed(connect(listener))).isFalse();
        clients.get(0).close();
        Running.until("a place is free", () -> running.counts(listener).open() == 3);
        assertThat(isServed(connect(listener))).isTrue();
    }

    // ---- the pace

    @Test
    void overAnAcceptRateSetWhileItRunsNewcomersWaitAndNobodyIsTurnedAway() throws Exception {
        Listener listener = start(Running.on("echo").acceptRate(1_000).acceptBurst(1_000));
        patch(new JsonObject().put("acceptRate", 20).put("acceptBurst", 5));
        long begin = System.nanoTime();
        for (int i = 0; i < 25; i++) {
            connect(listener);
        }
        for (Socket each : clients) {
            assertThat(isServed(each)).isTrue();
        }

        // Twenty had to wait for a token.
        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(950));
        Counts counts = running.counts(listener);
        assertThat(counts.accepted()).isEqualTo(25);
        assertThat(counts.rejected()).isZero();
    }

    @Test
    void whoWaitsForTheAcceptRateComesInAtOnceWhenItIsTakenAway() throws Exception {
        Listener listener = start(Running.on("echo").acceptRate(1).acceptBurst(1));
        for (int i = 0; i < 60; i++) {
            connect(listener);
        }

        patch(new JsonObject().putNull("acceptRate"));

        for (Socket each : clients) {
            assertThat(isServed(each)).isTrue();
        }
    }

    // ---- when it is full

    private Listener startFull(int limit) throws IOException {
        Listener listener = start(Running.on("echo").maxConnections(limit).whenFull(WhenFull.QUEUE));
        for (int i = 0; i < limit; i++) {
            assertThat(isServed(connect(listener))).isTrue();
        }
        return listener;
    }

    private void awaitQueued(Listener listener, int count) {
        Running.until(count + " wait", () -> running.counts(listener).queued() == count);
    }

    @Test
    void whoComesWhenItIsFullWaitsAndIsServedInTheOrderOfComing() throws Exception {
        Listener listener = startFull(2);
        for (int i = 0; i < 6; i++) {
            Socket waits = connect(listener);
            waits.getOutputStream().write(100 + i);
            awaitQueued(listener, i + 1);
        }
        assertThat(running.counts(listener).open()).isEqualTo(2);
        assertThat(running.open()).hasSize(2);

        for (int i = 0; i < 6; i++) {
            clients.get(i).close();
            assertThat(clients.get(2 + i).getInputStream().read()).isEqualTo(100 + i);
            awaitQueued(listener, 5 - i);
            assertThat(running.counts(listener).open()).isEqualTo(2);
        }
        assertThat(running.counts(listener).rejected()).isZero();
    }

    /** Echoes, and holds its event loop at an {@code h} until it may go on. */
    private static final class Holding extends Reactor {
        Holding(CountDownLatch held, CountDownLatch goOn) {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, bytes -> {
                if (bytes.getByte(0) == 'h') {
                    held.countDown();
                    assertThat(uninterruptibly(goOn)).isTrue();
                }
                out.send(bytes);
            });
        }

        private static boolean uninterruptibly(CountDownLatch goOn) {
            try {
                return goOn.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                return false;
            }
        }
    }

    @Test
    void whoCameFirstIsServedFirstThoughItsEventLoopHeardOfItLater() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Listener listener = running.start(
                "holding",
                connection -> new Holding(held, goOn),
                Running.on("holding").maxConnections(2).whenFull(WhenFull.QUEUE).deny(blocks("127.0.0.2")));
        Socket holds = connect(listener);
        Socket quick = connect(listener);
        assertThat(isServed(holds)).isTrue();
        assertThat(isServed(quick)).isTrue();
        holds.getOutputStream().write('h');
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();

        Socket early = connect(listener); // goes to the event loop that is held
        Socket late = connect(listener);
        // Of these two the second goes where the late one went before it.
        Socket unused = connectFrom("127.0.0.2", listener);
        assertThat(Running.endOf(connectFrom("127.0.0.2", listener))).isEqualTo(Running.End.FIN);
        goOn.countDown();
        awaitQueued(listener, 2);
        quick.close();

        assertThat(isServed(early)).isTrue();
        assertThat(running.counts(listener).queued()).isEqualTo(1);
        early.close();
        assertThat(isServed(late)).isTrue();
    }

    @Test
    void aHigherLimitLetsThoseInThatWait() throws Exception {
        Listener listener = startFull(1);
        for (int i = 0; i < 9; i++) {
            connect(listener);
            awaitQueued(listener, i + 1);
        }

        patch(new JsonObject().put("maxConnections", 8));

        awaitQueued(listener, 2);
        for (Socket each : clients.subList(0, 8)) {
            assertThat(isServed(each)).isTrue();
        }
        patch(new JsonObject().put("whenFull", "reject"));
        for (Socket each : clients.subList(8, 10)) {
            assertThat(isServed(each)).isFalse();
        }
        assertThat(running.counts(listener).rejectedBy()).isEqualTo(new Refusals(2, 0, 0, 0));
    }

    @Test
    void whoLeavesWhileItWaitsIsForgotten() throws Exception {
        Listener listener = startFull(1);
        for (int i = 0; i < 8; i++) {
            connect(listener);
            awaitQueued(listener, i + 1);
        }
        for (int i = 1; i < 8; i++) {
            if (i % 2 == 0) {
                Running.reset(clients.get(i));
            } else {
                clients.get(i).close();
            }
        }
        awaitQueued(listener, 1);
        Socket last = clients.get(8);

        clients.get(0).close();

        assertThat(isServed(last)).isTrue();
        assertThat(running.counts(listener).accepted()).isEqualTo(2);
    }

    @Test
    void whoHasAskedAndEndedItsSideWhileItWaitedGetsItsAnswer() throws Exception {
        Listener listener = startFull(1);
        Socket waits = connect(listener);
        waits.getOutputStream().write(9);
        waits.shutdownOutput();
        awaitQueued(listener, 1);

        clients.get(0).close();

        assertThat(waits.getInputStream().read()).isEqualTo(9);
        assertThat(Running.endOf(waits)).isEqualTo(Running.End.FIN);
    }

    @Test
    void aSuspendedListenerLetsNobodyInWhoWaited() throws Exception {
        Listener listener = startFull(1);
        Socket waits = connect(listener);
        awaitQueued(listener, 1);
        Running.await(running.control().control("echo", ListenerCommand.SUSPEND, null));

        clients.get(0).close();
        Running.until("it has closed", () -> running.counts(listener).open() == 0);
        assertThat(running.counts(listener).queued()).isEqualTo(1);

        Running.await(running.control().control("echo", ListenerCommand.RESUME, null));
        assertThat(isServed(waits)).isTrue();
    }

    @Test
    void afterASuspensionWhoCameFirstIsServedFirstThoughItsEventLoopHeardOfItsEndLater() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Holding> handlers = new CopyOnWriteArrayList<>();
        Listener listener = running.start(
                "holding",
                connection -> {
                    handlers.add(new Holding(held, goOn));
                    return handlers.get(handlers.size() - 1);
                },
                Running.on("holding").maxConnections(4).whenFull(WhenFull.QUEUE));
        for (int i = 0; i < 4; i++) {
            assertThat(isServed(connect(listener))).isTrue();
        }
        Socket early = connect(listener); // of the event loop of the first client, as the late one is of the second's
        awaitQueued(listener, 1);
        Socket late = connect(listener);
        awaitQueued(listener, 2);
        Running.await(running.control().control("holding", ListenerCommand.SUSPEND, null));
        clients.get(3).close();
        Running.until("it has closed", () -> running.counts(listener).open() == 3);
        clients.get(0).getOutputStream().write('h');
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();

        Future<ListenerView> resumed = running.control().control("holding", ListenerCommand.RESUME, null);
        // The plane answers once it has told the event loops, and the other one once it has heard.
        assertThat(Running.await(running.control().operations())).isEmpty();
        Ingress other = handlers.get(1).scheduler().ingress();
        assertThat(other.call(() -> "heard").toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isEqualTo("heard");
        goOn.countDown();
        Running.await(resumed);

        assertThat(isServed(early)).isTrue();
        assertThat(running.counts(listener).queued()).isEqualTo(1);
        clients.get(1).close();
        assertThat(isServed(late)).isTrue();
    }

    @Test
    void whoWaitsIsClosedWhenTheListenerShutsDown() throws Exception {
        Listener listener = startFull(1);
        Socket waits = connect(listener);
        awaitQueued(listener, 1);

        Running.await(listener.stop(null));

        assertThat(Running.endOf(waits)).isEqualTo(Running.End.FIN);
        assertThat(isServed(clients.get(0))).isTrue();
        clients.get(0).close();
        Running.until("it is empty", () -> running.counts(listener).open() == 0);
    }
}
