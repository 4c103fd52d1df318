package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.ClientOptions;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.Reconnect;
import org.kamaelia.tcp.TcpClient;
import org.kamaelia.tcp.TlsOptions;

/** A client component against a plain server socket. */
@ParameterizedClass
@EnumSource(Transport.class)
class TcpClientIT {
    private static final int MIB = 1 << 20;

    @Parameter
    Transport transport;

    @TempDir
    Path folder;

    private Vertx vertx;
    private Scheduler scheduler;
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        vertx = transport.vertx();
        SchedulerVerticle verticle = new SchedulerVerticle(event -> {});
        Running.await(vertx.deployVerticle(verticle));
        scheduler = verticle.scheduler();
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        Running.await(vertx.close());
    }

    @Test
    void whatWasSentBeforeItIsConnectedArrivesFirstAndTheReplyComesBack() throws Exception {
        User user = new User(options().delay(Duration.ofMillis(50)), 0);
        user.toSend.add(Buffer.buffer("one "));
        user.toSend.add(Buffer.buffer("two"));
        activate(user);

        try (Socket peer = accept()) {
            assertThat(new String(peer.getInputStream().readNBytes(7), StandardCharsets.UTF_8))
                    .isEqualTo("one two");
            peer.getOutputStream().write("three".getBytes(StandardCharsets.UTF_8));
            Running.until("the reply has come", () -> user.received.get() == 5);
            user.tell(new ShutdownMicroprocess());
            assertThat(Running.endOf(peer)).isEqualTo(Running.End.RESET);
        }
        assertThat(user.nextSignal()).isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void finishingSendsAllThenHalfClosesAndReadsToThePeersEnd() throws Exception {
        User user = new User(options(), 16 * MIB);
        activate(user);

        try (Socket peer = accept()) {
            new Bytes(0).read(peer.getInputStream(), 16 * MIB);
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            new Bytes(1).write(peer.getOutputStream(), 16 * MIB);
            peer.shutdownOutput();

            Signal first = user.nextSignal();
            assertThat(((ProducerFinished) first).reason()).isEqualTo(CloseCause.PEER_CLOSED);
            if (!(first instanceof SocketShutdown)) {
                assertThat(user.nextSignal()).isInstanceOf(SocketShutdown.class);
            }
        }
        assertThat(user.received.get()).isEqualTo(16 * MIB);
        assertThat(user.wrong).isFalse();
        Running.until("the client has ended", user.client::hasEnded);
    }

    @Test
    void aPeerThatEndsItsSendingFirstStillGetsAll() throws Exception {
        User user = new User(options(), 0);
        activate(user);

        try (Socket peer = accept()) {
            peer.shutdownOutput();
            assertThat(((ProducerFinished) user.nextSignal()).reason()).isEqualTo(CloseCause.PEER_CLOSED);
            user.sendThenFinish(MIB);
            new Bytes(0).read(peer.getInputStream(), MIB);
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(user.nextSignal()).isInstanceOf(SocketShutdown.class);
    }

    @Test
    void aPeerThatDoesNotReadHoldsTheSender() throws Exception {
        User user = new User(options(), 64 * MIB);
        server.setReceiveBufferSize(4096);
        activate(user);

        try (Socket peer = accept()) {
            long[] last = {-1, 0};
            Running.until("the sender waits", () -> {
                long sent = user.sent.get();
                last[1] = sent > 0 && sent == last[0] ? last[1] + 1 : 0;
                last[0] = sent;
                return last[1] == 200;
            });
            assertThat(user.sent.get()).isLessThan(16 * MIB);
            new Bytes(0).read(peer.getInputStream(), 64 * MIB);
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aResetIsTold() throws Exception {
        User user = new User(options(), 0);
        activate(user);

        Socket peer = accept();
        Running.await(user.client.connected());
        Running.reset(peer);

        assertThat(((ProducerFinished) user.nextSignal()).reason()).isEqualTo(CloseCause.PEER_RESET);
        Running.until("the client has ended", user.client::hasEnded);
    }

    @Test
    void aRefusedConnectIsToldWithItsCause() throws Exception {
        try (Socket nobody = Running.refusing()) {
            User user = new User(at(nobody.getLocalPort()), 0);
            activate(user);

            Signal told = user.nextSignal();

            assertThat(told).isInstanceOf(ProducerFinished.class).isNotInstanceOf(SocketShutdown.class);
            assertThat(((ProducerFinished) told).reason())
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasMessageContaining("refused");
            assertThat(user.client.connected().failed()).isTrue();
        }
    }

    @Test
    void aNameThatIsNotThereIsToldWithItsCause() throws Exception {
        User user = new User(ClientOptions.of("no-such-host.invalid", 7), 0);
        activate(user);

        assertThat(((ProducerFinished) user.nextSignal()).reason()).isInstanceOf(Throwable.class);
    }

    @Test
    void itConnectsAgainUntilThePeerIsThereAndAfterItWasLost() throws Exception {
        int port = Running.freePort();
        User user = new User(
                at(port).reconnect(new Reconnect(Duration.ofMillis(5), Duration.ofMillis(20), Integer.MAX_VALUE)), 0);
        user.toSend.add(Buffer.buffer("first"));
        activate(user);
        server.close();
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(20_000);

        try (Socket peer = accept()) {
            assertThat(new String(peer.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                    .isEqualTo("first");
        }
        try (Socket peer = accept()) {
            user.toSend.add(Buffer.buffer("second"));
            user.wake();
            assertThat(new String(peer.getInputStream().readNBytes(6), StandardCharsets.UTF_8))
                    .isEqualTo("second");
            Running.reset(peer);
        }
        try (Socket peer = accept()) {
            assertThat(user.signals).isEmpty();
            user.tell(new ProducerFinished());
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(user.nextSignal()).isInstanceOf(ProducerFinished.class);
        Running.until("the client has ended", user.client::hasEnded);
    }

    @Test
    void itGivesUpAfterItsTries() throws Exception {
        try (Socket nobody = Running.refusing()) {
            Reconnect thrice = new Reconnect(Duration.ofMillis(1), Duration.ofMillis(2), 3);
            User user = new User(at(nobody.getLocalPort()).reconnect(thrice), 0);
            activate(user);

            assertThat(((ProducerFinished) user.nextSignal()).reason()).isInstanceOf(Throwable.class);
            Running.until("the client has ended", user.client::hasEnded);
        }
    }

    @Test
    void tlsIsVerifiedUnlessSaidOtherwise() throws Exception {
        OpenSsl openssl = new OpenSsl(folder).selfSigned("localhost", "/CN=localhost", "localhost");
        Running running = new Running(
                transport,
                new KamaeliaOptions()
                        .certificate(
                                "web",
                                new CertificateFiles.Pem(
                                        openssl.file("localhost.crt"), openssl.file("localhost.key"))));
        try (running) {
            Listener echo = running.start(Running.on("echo").tls(TlsOptions.of("web")));
            ClientSSLOptions trusting = new ClientSSLOptions()
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(openssl.file("localhost.crt").toString()));

            assertThat(echoOf(ClientOptions.of("localhost", echo.port()).tls(trusting)))
                    .isEqualTo(MIB);
            assertThat(failureOf(ClientOptions.of("localhost", echo.port()).tls(new ClientSSLOptions())))
                    .hasStackTraceContaining("certification path");
            assertThat(failureOf(ClientOptions.of("127.0.0.1", echo.port()).tls(trusting)))
                    .hasStackTraceContaining("127.0.0.1");
        }
    }

    @Test
    void opensslServesItOverTls() throws Exception {
        String openssl = Programs.need("openssl");
        OpenSsl made = new OpenSsl(folder).selfSigned("localhost", "/CN=localhost", "localhost");
        int port = Running.freePort();
        Process process = new ProcessBuilder(
                        openssl,
                        "s_server",
                        "-quiet",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-cert",
                        made.file("localhost.crt").toString(),
                        "-key",
                        made.file("localhost.key").toString())
                .redirectError(folder.resolve("log").toFile())
                .start();
        try {
            Reconnect untilItListens = new Reconnect(Duration.ofMillis(5), Duration.ofMillis(20), Integer.MAX_VALUE);
            ClientSSLOptions trusting = new ClientSSLOptions()
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(made.file("localhost.crt").toString()));
            User user =
                    new User(ClientOptions.of("localhost", port).tls(trusting).reconnect(untilItListens), 0);
            user.toSend.add(Buffer.buffer(new Bytes(0).next(50_000)));
            activate(user);

            new Bytes(0).read(process.getInputStream(), 50_000);
            new Bytes(1).write(process.getOutputStream(), 50_000);
            process.getOutputStream().flush();

            Running.until("the reply has come", () -> user.received.get() == 50_000);
            assertThat(user.wrong).isFalse();
            user.tell(new ProducerFinished());
            Running.until("the client has ended", user.client::hasEnded);
        } finally {
            process.destroyForcibly();
        }
    }

    /** How many bytes of a MiB come back until the end that follows this side's. */
    private long echoOf(ClientOptions options) throws Exception {
        User user = new User(options, 0);
        user.toSend.add(Buffer.buffer(new Bytes(1).next(50_000)));
        activate(user);
        Running.await(user.client.connected());
        Bytes bytes = new Bytes(1);
        bytes.next(50_000);
        for (int left = MIB - 50_000; left > 0; ) {
            int part = Math.min(left, 60_000);
            user.toSend.add(Buffer.buffer(bytes.next(part)));
            left -= part;
        }
        user.wake();
        Running.until("all is sent", user.toSend::isEmpty);
        user.tell(new ProducerFinished());
        assertThat(((ProducerFinished) user.nextSignal()).reason()).isEqualTo(CloseCause.PEER_CLOSED);
        assertThat(user.wrong).isFalse();
        return user.received.get();
    }

    private Throwable failureOf(ClientOptions options) throws Exception {
        User user = new User(options, 0);
        activate(user);
        return (Throwable) ((ProducerFinished) user.nextSignal()).reason();
    }

    private ClientOptions options() {
        return at(server.getLocalPort());
    }

    private static ClientOptions at(int port) {
        return ClientOptions.of("127.0.0.1", port);
    }

    private Socket accept() throws IOException {
        Socket peer = server.accept();
        peer.setSoTimeout(20_000);
        return peer;
    }

    private void activate(User user) throws Exception {
        scheduler.ingress().activate(user).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Uses a client: sends so many bytes, then finishes; takes all that comes. */
    private static final class User extends Component {
        final TcpClient client;
        final BlockingQueue<Buffer> toSend = new LinkedBlockingQueue<>();
        final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
        final AtomicLong received = new AtomicLong();
        final AtomicLong sent = new AtomicLong();
        volatile boolean wrong;
        private final BlockingQueue<Signal> toTell = new LinkedBlockingQueue<>();
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);
        private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
        private final Inbox<Signal> fromClient = addInbox("_fromClient", Signal.class);
        private final Bytes sends = new Bytes(0);
        private final Bytes expects = new Bytes(1);
        private volatile long length;
        private boolean started;

        User(ClientOptions options, long length) {
            this.client = new TcpClient(options);
            this.length = length;
        }

        void tell(Signal signal) {
            toTell.add(signal);
            wake();
        }

        void sendThenFinish(long more) {
            length = more;
            wake();
        }

        Signal nextSignal() throws InterruptedException {
            Signal next = signals.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a signal of the client").isNotNull();
            return next;
        }

        @Override
        protected Next step() {
            if (!started) {
                started = true;
                addChild(client);
                link(out, client.inbox("inbox", Buffer.class));
                link(client.outbox("outbox", Buffer.class), in);
                link(client.signal(), fromClient);
                activate(client);
            }
            for (Buffer next = in.poll(); next != null; next = in.poll()) {
                wrong |= !expects.matches(next.getBytes(), next.length());
                received.addAndGet(next.length());
            }
            for (Signal next = fromClient.poll(); next != null; next = fromClient.poll()) {
                signals.add(next);
            }
            while (!toSend.isEmpty() && out.hasRoom()) {
                out.send(toSend.remove());
            }
            while (length > sent.get() && out.hasRoom()) {
                int part = (int) Math.min(10_000, length - sent.get());
                out.send(Buffer.buffer(sends.next(part)));
                if (sent.addAndGet(part) == length) {
                    toTell.add(new ProducerFinished());
                }
            }
            for (Signal next = toTell.poll(); next != null; next = toTell.poll()) {
                tell(client.control(), next);
            }
            return PAUSE;
        }
    }
}
