package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;

/** Connections that are joined to another server, whose part the test plays. */
@ParameterizedClass
@EnumSource(Transport.class)
class RelayIT {
    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Policy LOOPBACK = new Policy(
            Policy.defaults().ports(), null, null, null, List.of(new HostPorts("127.0.0.1", new PortRange(1, 65535))));

    @Parameter
    Transport transport;

    private Running running;
    private final List<ServerSocket> servers = new ArrayList<>();
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        running = new Running(transport, new KamaeliaOptions().eventLoops(2).policy(LOOPBACK));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : clients) {
            each.close();
        }
        for (ServerSocket each : servers) {
            each.close();
        }
        running.close();
    }

    @Test
    void slowReadersOnBothSidesGet64MibEachAndThenTheEnd() throws Exception {
        ServerSocket server = server();
        server.setReceiveBufferSize(4096);
        Listener relay = relay(server);
        try (Socket client = Running.connectNarrow(relay);
                Socket upstream = accept(server)) {
            CompletableFuture<Void> up = sending(client, 0);
            CompletableFuture<Void> down = sending(upstream, 1);
            CompletableFuture<Void> atUpstream = reading(upstream, 0);
            CompletableFuture<Void> atClient = reading(client, 1);

            CompletableFuture.allOf(up, down, atUpstream, atClient).get(60, TimeUnit.SECONDS);
        }
        Running.until("the connection has ended", () -> running.open().isEmpty());
    }

    @Test
    void whoAsksWhyARelayedConnectionDoesNotMoveIsToldOfTheUpstreamThatTakesNothing() throws Exception {
        ServerSocket server = server();
        server.setReceiveBufferSize(4096);
        Listener relay = relay(server);
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            String id = running.idOf(client);
            CompletableFuture<Void> up = sending(client, 0);
            String held = "; the connection to 127.0.0.1:" + server.getLocalPort() + " waits for the peer to take ";

            Running.until("the upstream is named", () -> waitsFor(id).contains(held));
            CompletableFuture<Void> atUpstream = reading(upstream, 0);
            CompletableFuture.allOf(up, atUpstream).get(60, TimeUnit.SECONDS);
            String ended = server.getLocalPort() + " waits for the peer to end its side";
            Running.until("the upstream has all", () -> waitsFor(id).endsWith(ended));
        }
    }

    private String waitsFor(String id) {
        return Running.await(running.control().connection(id)).waitsFor();
    }

    @Test
    void withLeastConnectionsTheUpstreamWithTheFewestGetsTheNext() throws Exception {
        ServerSocket one = server();
        ServerSocket other = server();
        JsonArray both =
                new JsonArray().add("127.0.0.1:" + one.getLocalPort()).add("127.0.0.1:" + other.getLocalPort());
        Listener relay = running.start(Running.on("relay")
                .protocolOptions(new JsonObject().put("upstreams", both).put("balance", "leastConnections")));
        try (Socket first = Running.connect(relay);
                Socket atOne = accept(one)) {
            for (int i = 0; i < 3; i++) {
                try (Socket next = Running.connect(relay);
                        Socket there = accept(other)) {
                    next.getOutputStream().write(i);
                    assertThat(there.getInputStream().read()).isEqualTo(i);
                }
                Running.until("it has ended, too", () -> running.open().size() == 1);
            }
            first.getOutputStream().write(9);
            assertThat(atOne.getInputStream().read()).isEqualTo(9);
        }
    }

    @Test
    void theClientsEndIsPassedOnAndTheReplyStillComes() throws Exception {
        ServerSocket server = server();
        Listener relay = relay(server);
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            String id = running.idOf(client);
            new Bytes(0).write(client.getOutputStream(), MIB);
            client.shutdownOutput();
            new Bytes(0).read(upstream.getInputStream(), MIB);
            assertThat(upstream.getInputStream().read()).isEqualTo(-1);

            new Bytes(1).write(upstream.getOutputStream(), MIB);
            upstream.shutdownOutput();

            new Bytes(1).read(client.getInputStream(), MIB);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(running.ended(id).closeCause()).isEqualTo("peer-closed");
        }
    }

    @Test
    void theUpstreamsEndIsPassedOnAndItStillGetsWhatComes() throws Exception {
        ServerSocket server = server();
        Listener relay = relay(server);
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            new Bytes(1).write(upstream.getOutputStream(), MIB);
            upstream.shutdownOutput();
            new Bytes(1).read(client.getInputStream(), MIB);
            assertThat(client.getInputStream().read()).isEqualTo(-1);

            CompletableFuture<Void> sent = sending(client, 0);
            new Bytes(0).read(upstream.getInputStream(), 64 * MIB);

            assertThat(upstream.getInputStream().read()).isEqualTo(-1);
            sent.get(20, TimeUnit.SECONDS);
        }
        Running.until("the connection has ended", () -> running.open().isEmpty());
    }

    @Test
    void whoEndsItsSideAndGetsNoReplyIsEndedByTheCloseTimeout() throws Exception {
        ServerSocket server = server();
        Listener relay = running.start(to(server).closeTimeout(SOON));
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            String id = running.idOf(client);
            roundTrip(client, upstream);

            client.shutdownOutput();

            assertThat(upstream.getInputStream().read()).isEqualTo(-1);
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
            assertThat(running.ended(id).closeCause()).isEqualTo("aborted");
            Running.until("the upstream is broken off, too", () -> isBrokenOff(upstream));
        }
    }

    @Test
    void whoseUpstreamHasEndedItsSideAndWhoSendsNothingIsEndedByTheIdleTimeout() throws Exception {
        ServerSocket server = server();
        Listener relay = running.start(to(server).idleTimeout(SOON).closeTimeout(SOON));
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            String id = running.idOf(client);
            roundTrip(client, upstream);

            upstream.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(upstream.getInputStream().read()).isEqualTo(-1);
            assertThat(running.ended(id).closeCause()).isEqualTo("idle");
        }
    }

    @Test
    void aResetByTheClientIsPassedOn() throws Exception {
        ServerSocket server = server();
        Listener relay = relay(server);
        Socket client = Running.connect(relay);
        try (Socket upstream = accept(server)) {
            String id = running.idOf(client);
            roundTrip(client, upstream);

            Running.reset(client);

            assertThat(Running.endOf(upstream)).isEqualTo(Running.End.RESET);
            assertThat(running.ended(id).closeCause()).isEqualTo("peer-reset");
        }
    }

    @Test
    void aResetByTheUpstreamIsPassedOn() throws Exception {
        ServerSocket server = server();
        Listener relay = relay(server);
        try (Socket client = Running.connect(relay)) {
            Socket upstream = accept(server);
            String id = running.idOf(client);
            roundTrip(client, upstream);

            Running.reset(upstream);

            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("upstream-failed");
            assertThat(ended.closeDetail()).isEqualTo("127.0.0.1:" + server.getLocalPort() + " broke off: peer-reset");
        }
    }

    @Test
    void aServerThatDoesNotReadHoldsTheClient() throws Exception {
        ServerSocket server = server();
        server.setReceiveBufferSize(4096);
        Listener relay = relay(server);
        try (Socket client = Running.connect(relay);
                Socket upstream = accept(server)) {
            String id = running.idOf(client);
            CompletableFuture<Void> sent = sending(client, 0);
            Running.until(
                    "the client is held",
                    () -> Running.await(running.control().connection(id))
                            .waitsFor()
                            .startsWith("its handler"));
            assertThat(running.view(id).bytesIn()).isLessThan(32 * MIB);
            assertThat(sent).isNotDone();

            new Bytes(0).read(upstream.getInputStream(), 64 * MIB);
            sent.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatCameBeforeTheUpstreamTookTheConnectionArrivesAtTheNextThatDoes() throws Exception {
        ServerSocket server = server();
        try (Socket gone = Running.refusing()) {
            Listener relay = relay(gone.getLocalPort(), server.getLocalPort());

            for (int i = 0; i < 4; i++) {
                try (Socket client = Running.connect(relay)) {
                    new Bytes(0).write(client.getOutputStream(), 100_000);
                    client.shutdownOutput();
                    try (Socket upstream = accept(server)) {
                        new Bytes(0).read(upstream.getInputStream(), 100_000);
                        assertThat(upstream.getInputStream().read()).isEqualTo(-1);
                    }
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void connectionsGoToEachInTurn() throws Exception {
        ServerSocket first = server();
        ServerSocket second = server();
        Listener relay = relay(first, second);
        for (int i = 0; i < 3; i++) {
            try (Socket one = Running.connect(relay);
                    Socket other = Running.connect(relay);
                    Socket atFirst = accept(first);
                    Socket atSecond = accept(second)) {
                assertThat(atFirst.isConnected() && atSecond.isConnected()).isTrue();
                assertThat(one.isConnected() && other.isConnected()).isTrue();
            }
        }
        first.setSoTimeout(1);
        assertThatThrownBy(first::accept).isInstanceOf(SocketTimeoutException.class);
    }

    /** A server that answers nobody any more, as behind a firewall that drops what comes. */
    private ServerSocket silent() throws IOException {
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        servers.add(silent);
        for (int i = 0; i < 100; i++) {
            Socket each = new Socket();
            clients.add(each);
            try {
                each.connect(silent.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException full) {
                return silent;
            }
        }
        throw new AssertionError("it still takes connections");
    }

    private Listener relayInHaste(ServerSocket... to) {
        JsonArray upstreams = new JsonArray();
        Stream.of(to).forEach(each -> upstreams.add("127.0.0.1:" + each.getLocalPort()));
        return running.start(Running.on("relay")
                .protocolOptions(new JsonObject().put("upstreams", upstreams).put("connectTimeout", "300ms")));
    }

    @Test
    void anUpstreamThatDoesNotAnswerIsGivenUpAfterTheConnectTimeout() throws Exception {
        try (Socket client = Running.connect(relayInHaste(silent()))) {
            String id = running.idOf(client);

            ConnectionView ended = running.ended(id);

            assertThat(ended.closeCause()).isEqualTo("upstream-failed");
            assertThat(ended.closeDetail())
                    .startsWith("no upstream took the connection; the last, 127.0.0.1:")
                    .contains("300");
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
        }
    }

    @Test
    void whoseFirstUpstreamDoesNotAnswerIsServedByTheNextAfterTheConnectTimeout() throws Exception {
        ServerSocket server = server();
        Listener relay = relayInHaste(silent(), server);
        for (int i = 0; i < 2; i++) {
            try (Socket client = Running.connect(relay)) {
                client.getOutputStream().write(i);
                try (Socket upstream = accept(server)) {
                    assertThat(upstream.getInputStream().read()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void whenNobodyTakesTheConnectionItIsResetAndSaysWhy() throws Exception {
        try (Socket gone = Running.refusing()) {
            assertThat(Running.endOfNew(relay(gone.getLocalPort()))).isEqualTo(Running.End.RESET);
        }
        Running.until("the connection has ended", () -> running.open().isEmpty());
    }

    @Test
    void upstreamsOutsideThePolicyAreRefusedWhoeverStartsTheListener() {
        ListenerOptions options = relaying("127.0.0.1:7", "10.0.0.7:9000");
        try (Running strict = new Running(transport)) {
            Running.await(strict.kamaelia.open());
            ControlFailure byApi = catchThrowableOfType(
                    ControlFailure.class, () -> Running.await(strict.control().put("r", options, false)));
            ControlFailure byEmbedder = catchThrowableOfType(ControlFailure.class, () -> strict.start(options));
            assertThat(byApi.reason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(byApi)
                    .hasMessage("upstream 127.0.0.1:7 is outside the policy, which has no upstreams: list it there, in"
                            + " policy.upstreams");
            assertThat(byEmbedder).hasMessage(byApi.getMessage());
        }
        Kamaelia configured = Kamaelia.create(
                running.vertx, new KamaeliaOptions().policy(LOOPBACK).listener("r", options));
        assertThat(catchThrowableOfType(ControlFailure.class, () -> Running.await(configured.open())))
                .hasMessage("listener r: upstream 10.0.0.7:9000 is outside the policy, use 127.0.0.1:1-65535");
    }

    @Test
    void optionsThatCannotBeRightAreToldWithTheirPlace() {
        Running.await(running.kamaelia.open());
        ListenerOptions wrong = Running.on("relay")
                .protocolOptions(new JsonObject()
                        .put("upstreams", new JsonArray().add("127.0.0.1:7").add("nowhere"))
                        .put("connectTimeout", "soon"));

        ControlFailure failure = catchThrowableOfType(
                ControlFailure.class, () -> Running.await(running.control().put("r", wrong, false)));

        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.problems())
                .extracting(each -> each.pointer())
                .containsExactly("/protocolOptions/upstreams/1", "/protocolOptions/connectTimeout");
    }

    // ---- the parts

    private ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(20_000);
        servers.add(server);
        return server;
    }

    private static Socket accept(ServerSocket server) throws IOException {
        Socket accepted = server.accept();
        accepted.setSoTimeout(20_000);
        return accepted;
    }

    private Listener relay(ServerSocket... to) {
        return relay(Stream.of(to).mapToInt(ServerSocket::getLocalPort).toArray());
    }

    private static ListenerOptions to(ServerSocket server) {
        return relaying("127.0.0.1:" + server.getLocalPort());
    }

    private Listener relay(int... ports) {
        return running.start(relaying(
                IntStream.of(ports).mapToObj(port -> "127.0.0.1:" + port).toArray(String[]::new)));
    }

    private static ListenerOptions relaying(String... addresses) {
        return Running.on("relay")
                .closeTimeout(Duration.ofMinutes(1))
                .protocolOptions(new JsonObject().put("upstreams", new JsonArray(List.of(addresses))));
    }

    private static boolean isBrokenOff(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(0);
            return false;
        } catch (SocketException broken) {
            return true;
        }
    }

    /** Sends 64 MiB, then the end. */
    private static CompletableFuture<Void> sending(Socket from, int seed) {
        return CompletableFuture.runAsync(
                () -> assertThatCode(() -> {
                            new Bytes(seed).write(from.getOutputStream(), 64 * MIB);
                            from.shutdownOutput();
                        })
                        .doesNotThrowAnyException(),
                RelayIT::onAThreadOfItsOwn);
    }

    /** Takes 64 MiB, with pauses, and the end. */
    private static CompletableFuture<Void> reading(Socket at, int seed) {
        return CompletableFuture.runAsync(
                () -> assertThatCode(() -> {
                            Bytes expected = new Bytes(seed);
                            for (int i = 0; i < 64; i++) {
                                expected.read(at.getInputStream(), MIB);
                                LockSupport.parkNanos(5_000_000);
                            }
                            assertThat(at.getInputStream().read()).isEqualTo(-1);
                        })
                        .doesNotThrowAnyException(),
                RelayIT::onAThreadOfItsOwn);
    }

    private static void onAThreadOfItsOwn(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void roundTrip(Socket client, Socket upstream) throws IOException {
        client.getOutputStream().write('a');
        assertThat(upstream.getInputStream().read()).isEqualTo('a');
        upstream.getOutputStream().write('b');
        assertThat(client.getInputStream().read()).isEqualTo('b');
    }
}
