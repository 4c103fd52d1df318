package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.JksOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.Ready;
import org.kamaelia.tcp.TlsOptions;

/** A stream that begins in the clear and goes on in TLS, as mail servers do it. */
class StartTlsIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static ServerSSLOptions certificate = new ServerSSLOptions();

    /** Echoes; on {@code STARTTLS} it says {@code go} and asks for TLS, and greets when that is there. */
    private static final class StartsTls extends Reactor {
        StartsTls(Set<String> loops) {
            loops.add(Thread.currentThread().getName());
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            Outbox<ServerSSLOptions> makeSsl = addOutbox("makessl", ServerSSLOptions.class);
            Inbox<Ready> sslReady = addInbox("sslready", Ready.class);
            on(in, out, bytes -> {
                if (bytes.toString().equals("STARTTLS\n")) {
                    out.send(Buffer.buffer("go\n"));
                    makeSsl.send(certificate);
                } else {
                    out.send(bytes);
                }
            });
            on(sslReady, out, ready -> out.send(Buffer.buffer("secret\n")));
        }
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = directory.resolve("keys");
        Process keytool = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/keytool",
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        certificate = new ServerSSLOptions()
                .setKeyCertOptions(new JksOptions().setPath(store.toString()).setPassword(PASSWORD));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamGoesOnInTlsOnEveryEventLoop(Transport transport) throws Exception {
        Set<String> loops = ConcurrentHashMap.newKeySet();
        try (Running running = new Running(transport)) {
            Listener listener = running.start("upgrading", connection -> new StartsTls(loops));
            for (int i = 0; i < 4; i++) {
                try (Socket plain = Running.connect(listener)) {
                    say(plain, "clear\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("clear");
                    say(plain, "STARTTLS\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("go");
                    SSLSocket secure = Tls.over(plain);
                    assertThat(line(secure.getInputStream())).isEqualTo("secret");
                    say(secure, "hidden\n");
                    assertThat(line(secure.getInputStream())).isEqualTo("hidden");
                    secure.close();
                }
            }
        }
        assertThat(new HashSet<>(loops)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void garbageInPlaceOfAHandshakeEndsThatConnection(Transport transport) throws Exception {
        try (Running running = new Running(transport)) {
            Listener listener = running.start("upgrading", connection -> new StartsTls(ConcurrentHashMap.newKeySet()));
            try (Socket plain = Running.connect(listener)) {
                String id = running.idOf(plain);
                say(plain, "STARTTLS\n");
                assertThat(line(plain.getInputStream())).isEqualTo("go");
                say(plain, "this is no handshake at all\n");
                assertThat(running.ended(id).closeCause()).isEqualTo("handshake-failed");
            }
        }
    }

    private static Running withCertificate(Transport transport) {
        return new Running(
                transport,
                new KamaeliaOptions()
                        .eventLoops(2)
                        .certificate(
                                "keys",
                                new CertificateFiles.Store(directory.resolve("keys"), directory.resolve("password"))));
    }

    private static Listener startTls(Running running) {
        return running.start(Running.on("starttls").tls(TlsOptions.of("keys")));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theShippedProtocolTakesTheListenersCertificateOnEveryEventLoop(Transport transport) throws Exception {
        try (Running running = withCertificate(transport)) {
            Listener listener = startTls(running);
            for (int i = 0; i < 4; i++) {
                try (Socket plain = Running.connect(listener)) {
                    String id = running.idOf(plain);
                    say(plain, "ECHO clear\r\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("250 clear\r");
                    assertThat(running.view(id).tls()).isNull();
                    say(plain, "STARTTLS\r\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("220 ready\r");
                    SSLSocket secure = Tls.over(plain);
                    assertThat(Tls.server(secure)).isEqualTo("CN=localhost");
                    say(secure, "ECHO hidden\r\nSTARTTLS\r\n");
                    assertThat(line(secure.getInputStream())).isEqualTo("250 hidden\r");
                    assertThat(line(secure.getInputStream())).isEqualTo("503 this is TLS already\r");
                    assertThat(running.view(id).tls().version()).isEqualTo("TLSv1.3");
                    say(secure, "QUIT\r\n");
                    assertThat(line(secure.getInputStream())).isEqualTo("221 bye\r");
                    assertThat(secure.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsPutBehindStartTlsInTheClearIsNeverTakenForWhatCameInTls(Transport transport) throws Exception {
        try (Running running = withCertificate(transport)) {
            Listener listener = startTls(running);
            try (Socket plain = Running.connect(listener)) {
                say(plain, "STARTTLS\r\nECHO injected\r\n");
                assertThat(line(plain.getInputStream())).startsWith("503 ");
                assertThat(plain.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket plain = Running.connect(listener)) {
                String id = running.idOf(plain);
                say(plain, "STARTTLS\r\n");
                assertThat(line(plain.getInputStream())).isEqualTo("220 ready\r");
                say(plain, "ECHO injected\r\n");
                assertThat(running.ended(id).closeCause()).isEqualTo("handshake-failed");
                assertThat(running.ended(id).closeDetail()).isEqualTo("the peer does not speak TLS");
                assertThat(running.ended(id).bytesOut()).isEqualTo("220 ready\r\n".length());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aListenerWithoutTlsCannotGoOnInIt(Transport transport) throws Exception {
        try (Running running = withCertificate(transport)) {
            Listener listener = running.start(Running.on("starttls"));
            try (Socket plain = Running.connect(listener)) {
                String id = running.idOf(plain);
                say(plain, "STARTTLS\r\n");
                assertThat(running.ended(id).closeCause()).isEqualTo("handshake-failed");
                assertThat(running.ended(id).closeDetail()).isEqualTo("listener starttls has no tls");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aHandshakeThatDoesNotComeEndsTheConnection(Transport transport) throws Exception {
        try (Running running = withCertificate(transport)) {
            Listener listener = running.start(
                    Running.on("starttls").tls(TlsOptions.of("keys")).handshakeTimeout(Duration.ofMillis(100)));
            try (Socket plain = Running.connect(listener)) {
                String id = running.idOf(plain);
                say(plain, "STARTTLS\r\n");
                assertThat(line(plain.getInputStream())).isEqualTo("220 ready\r");
                assertThat(running.ended(id).closeDetail()).contains("handshakeTimeout 100ms");
            }
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
