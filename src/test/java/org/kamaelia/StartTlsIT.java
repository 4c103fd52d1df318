package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.JksOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.tcp.Ready;

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
        certificate = new ServerSSLOptions()
                .setKeyCertOptions(new JksOptions().setPath(store.toString()).setPassword(PASSWORD));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamGoesOnInTlsOnEveryEventLoop(Transport transport) throws Exception {
        Set<String> loops = ConcurrentHashMap.newKeySet();
        try (Running running = new Running(transport)) {
            Listener listener = running.start("starttls", connection -> new StartsTls(loops));
            for (int i = 0; i < 4; i++) {
                try (Socket plain = Running.connect(listener)) {
                    say(plain, "clear\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("clear");
                    say(plain, "STARTTLS\n");
                    assertThat(line(plain.getInputStream())).isEqualTo("go");
                    SSLSocket secure =
                            (SSLSocket) trustingAll().getSocketFactory().createSocket(plain, "localhost", 0, false);
                    secure.startHandshake();
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
            Listener listener = running.start("starttls", connection -> new StartsTls(ConcurrentHashMap.newKeySet()));
            try (Socket plain = Running.connect(listener)) {
                String id = running.idOf(plain);
                say(plain, "STARTTLS\n");
                assertThat(line(plain.getInputStream())).isEqualTo("go");
                say(plain, "this is no handshake at all\n");
                assertThat(running.ended(id).closeCause()).isEqualTo("handshake-failed");
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

    private static SSLContext trustingAll() throws Exception {
        TrustManager all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {all}, new SecureRandom());
        return context;
    }
}
