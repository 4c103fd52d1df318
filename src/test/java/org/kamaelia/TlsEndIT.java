package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.ConnectionDetail;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TlsOptions;

/** How connections in TLS end, and what they hold meanwhile. */
@ParameterizedClass
@EnumSource(Transport.class)
class TlsEndIT {
    private static final int MIB = 1 << 20;
    private static final int BOUND = 64 * 1024;

    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @Parameter
    Transport transport;

    private Running running;

    @BeforeAll
    static void makeCertificates() throws Exception {
        openssl = new OpenSsl(folder).selfSigned("web", "/CN=web");
    }

    @BeforeEach
    void start() {
        running = Running.withCertificate(transport, "web", openssl);
    }

    @AfterEach
    void close() {
        running.close();
    }

    private static ListenerOptions on(String protocol) {
        return Running.on(protocol).tls(TlsOptions.of("web"));
    }

    private String waitsFor(String id) {
        return Running.await(running.control().connection(id)).waitsFor();
    }

    @Test
    void thePeersCloseNotifyIsTheEndOfItsInputAndRepliesStillGoOut() throws Exception {
        Listener listener = running.start(on("echo"));
        int length = 2 * MIB;
        try (SSLSocket client = Tls.over(Running.connect(listener), "TLSv1.3")) {
            String id = running.idOf(client);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    new Bytes(1).write(client.getOutputStream(), length);
                    client.shutdownOutput();
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            new Bytes(1).read(client.getInputStream(), length);
            sent.get(20, TimeUnit.SECONDS);
            // A clean end: without a close_notify of the server's this would throw.
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            ConnectionView view = running.ended(id);
            assertThat(view.closeCause()).isEqualTo("peer-closed");
            assertThat(view.closeDetail()).isNull();
            assertThat(view.bytesIn()).isEqualTo(length);
            assertThat(view.bytesOut()).isEqualTo(length);
            assertThat(view.unsentBytes()).isZero();
        }
    }

    /** As RFC 5246 has it: whoever gets a close_notify answers with his own at once and drops what he had to say. */
    @Test
    void inTls12ThePeersCloseNotifyEndsBothDirectionsAndWhatWasUnsentIsTold() throws Exception {
        int length = 8 * MIB;
        Listener listener = running.start("sending", connection -> Sending.thenDone(length), on("sending"));
        try (Socket narrow = Running.connectNarrow(listener)) {
            SSLSocket client = Tls.over(narrow, "TLSv1.2");
            String id = running.idOf(narrow);
            Running.until("the peer holds it up", () -> waitsFor(id).startsWith("the peer to take"));
            client.shutdownOutput();
            long come = client.getInputStream().transferTo(OutputStream.nullOutputStream());
            ConnectionView view = running.ended(id);
            assertThat(view.bytesOut()).isEqualTo(come);
            assertThat(view.bytesOut() + view.unsentBytes()).isEqualTo(length);
            assertThat(view.unsentBytes()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamWithoutCloseNotifyIsRecordedAsCutOff(boolean halfClose) throws Exception {
        Listener listener = running.start(on("echo").halfClose(halfClose));
        try (Socket plain = Running.connect(listener)) {
            SSLSocket client = Tls.over(plain);
            client.getOutputStream().write("half a sent".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("half a sent");
            String id = running.idOf(plain);
            plain.shutdownOutput();
            ConnectionView view = running.ended(id);
            assertThat(view.closeCause()).isEqualTo("peer-closed");
            assertThat(view.closeDetail()).contains("without TLS's close_notify");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void eightMegabytesAndACloseReachASlowReaderWhole(String version) throws Exception {
        int length = 32 * MIB;
        Listener listener = running.start(
                "sending", connection -> Sending.thenDone(length), on("sending").closeTimeout(Duration.ofSeconds(5)));
        long before = Memory.used();
        try (Socket narrow = Running.connectNarrow(listener)) {
            SSLSocket client = Tls.over(narrow, version);
            String id = running.idOf(narrow);
            Bytes come = new Bytes(0);
            for (int i = 0; i < 4; i++) {
                AtomicLong unsent = new AtomicLong();
                Running.until("the peer holds it up, and bytes wait for it", () -> {
                    unsent.set(running.view(id).unsentBytes());
                    return unsent.get() > 0 && waitsFor(id).startsWith("the peer to take");
                });
                assertThat(unsent.get()).isLessThanOrEqualTo(2L * BOUND);
                assertThat(Memory.used() - before).isLessThan(length / 2);
                come.read(client.getInputStream(), length / 16);
            }
            come.read(client.getInputStream(), length - come.count());
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.close();
            assertThat(running.ended(id).closeCause()).isEqualTo("handler-finished");
            assertThat(running.ended(id).bytesOut()).isEqualTo(length);
            assertThat(running.ended(id).unsentBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aHandlerThatDoesNotReadSlowsItsPeerDown(String version) throws Exception {
        int length = 32 * MIB;
        Silent handler = new Silent();
        Listener listener = running.start("silent", connection -> handler, on("silent"));
        long before = Memory.used();
        // The plain one is closed: closing the other waits for the write under way.
        try (Socket plain = Running.connect(listener)) {
            SSLSocket client = Tls.over(plain, version);
            String id = running.idOf(client);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    OutputStream out = client.getOutputStream();
                    Bytes bytes = new Bytes(0);
                    for (int left = length; left > 0; left -= 32 * 1024) {
                        out.write(bytes.next(32 * 1024));
                    }
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            Running.until(
                    "the handler holds it up",
                    () -> waitsFor(id).startsWith("its handler")
                            && running.view(id).bytesIn() > BOUND);
            ConnectionDetail held = Running.await(running.control().connection(id));
            assertThat(held.view().bytesIn()).isBetween((long) BOUND, 4L * BOUND + 256 * 1024);
            // Far below what is under way; the first TLS of a JVM takes some for itself.
            assertThat(Memory.used() - before).isLessThan(length / 2);
            assertThat(sent).isNotDone();

            handler.startReading();
            sent.get(20, TimeUnit.SECONDS);
            Running.until("all has come", () -> handler.read() == length);
            assertThat(handler.readWrong()).isFalse();
            handler.end();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aPeerThatTakesNothingIsBrokenOffInTimeAndWhatWasUnsentIsTold(String version) throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(8 * MIB),
                on("sending").closeTimeout(Duration.ofMillis(300)));
        try (Socket narrow = Running.connectNarrow(listener)) {
            SSLSocket client = Tls.over(narrow, version);
            String id = running.idOf(narrow);
            Running.until("the peer holds it up", () -> waitsFor(id).startsWith("the peer to take"));
            Running.await(running.control().control(id, org.kamaelia.control.ConnectionCommand.PRODUCER_FINISHED));
            ConnectionView view = running.ended(id);
            assertThat(view.closeCause()).isEqualTo("aborted");
            assertThat(view.unsentBytes()).isPositive();
            assertThat(client.isClosed()).isFalse();
        }
    }
}
