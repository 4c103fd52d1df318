package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionCommand;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TlsOptions;

/** Handshakes that do not come to their end, and what that costs nobody else. */
@ParameterizedClass
@EnumSource(Transport.class)
class TlsHandshakeIT {
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

    private static ListenerOptions echo() {
        return Running.on("echo").tls(TlsOptions.of("web"));
    }

    private static void say(Socket socket, String text) throws IOException {
        Running.say(socket, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** From now on, for those under way too. */
    private void handshakeTimeout(String time) {
        Running.await(running.control().patch("echo", new JsonObject().put("handshakeTimeout", time), false));
    }

    private void stillServes(Listener listener) throws IOException {
        try (SSLSocket client = Tls.over(Running.connect(listener))) {
            say(client, "well");
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("well");
        }
    }

    @Test
    void oneThatStallsEndsInTimeAndIsListedUntilThen() throws Exception {
        Listener listener = running.start(echo().maxConnections(1).handshakeTimeout(Duration.ofHours(1)));
        for (byte[] part : new byte[][] {{}, {22, 3, 1}, java.util.Arrays.copyOf(Tls.clientHello(), 60)}) {
            try (Socket client = Running.connect(listener)) {
                Running.say(client, part);
                String id = running.idOf(client);
                assertThat(running.view(id).state()).isEqualTo("handshaking");
                try (Socket second = Running.connect(listener)) {
                    assertThat(Running.endOf(second)).isEqualTo(Running.End.FIN);
                }
                handshakeTimeout("300ms");
                ConnectionView view = running.ended(id);
                assertThat(view.closeCause()).isEqualTo("handshake-failed");
                assertThat(view.closeDetail()).isEqualTo("the handshake was not over within handshakeTimeout 300ms");
                assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            }
            Running.until("its place is free", () -> running.counts(listener).open() == 0);
            handshakeTimeout("1h");
        }
        assertThat(running.counts(listener).handshakesFailed()).isEqualTo(3);
        assertThat(running.counts(listener).rejected()).isEqualTo(3);
        stillServes(listener);
    }

    @Test
    void aShorterTimeoutReachesThoseUnderWay() throws Exception {
        Listener listener = running.start(echo().handshakeTimeout(Duration.ofHours(1)));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            handshakeTimeout("10ms");
            assertThat(running.ended(id).closeDetail()).contains("handshakeTimeout 10ms");
        }
    }

    @Test
    void plainTextIsClosedCleanlyAndToldSo() throws Exception {
        Listener listener = running.start(echo());
        for (String text : List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "hello, who is there?\n")) {
            try (Socket client = Running.connect(listener)) {
                String id = running.idOf(client);
                say(client, text);
                assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
                ConnectionView view = running.ended(id);
                assertThat(view.closeCause()).isEqualTo("handshake-failed");
                assertThat(view.closeDetail()).isEqualTo("the peer does not speak TLS");
            }
        }
        stillServes(listener);
    }

    @Test
    void aPeerThatGoesAwayEndsItAtOnce() throws Exception {
        Listener listener = running.start(echo().handshakeTimeout(Duration.ofHours(1)));
        for (int way = 0; way < 3; way++) {
            Socket client = Running.connect(listener);
            String id = running.idOf(client);
            Running.say(client, java.util.Arrays.copyOf(Tls.clientHello(), 60));
            if (way == 0) {
                client.shutdownOutput();
            } else if (way == 1) {
                Running.hangUp(client);
            } else {
                Running.reset(client);
            }
            assertThat(running.ended(id).closeCause()).isEqualTo("handshake-failed");
            client.close();
        }
        Running.until("all are gone", () -> running.counts(listener).open() == 0);
    }

    @Test
    void anOperatorAndADrainEndIt() throws Exception {
        Listener listener = running.start(echo().handshakeTimeout(Duration.ofHours(1)));
        for (ConnectionCommand each : ConnectionCommand.values()) {
            try (Socket client = Running.connect(listener)) {
                String id = running.idOf(client);
                Running.await(running.control().control(id, each));
                assertThat(running.ended(id).closeCause()).isEqualTo("operator");
            }
        }
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            Running.await(running.control().control("echo", ListenerCommand.SERVER_SHUTDOWN, null));
            assertThat(running.ended(id).closeCause()).isEqualTo("drained");
            Running.until("it has stopped", () -> Running.await(listener.view()).boundPort() < 0);
        }
    }

    @Test
    void noGarbageHurtsTheListener() throws Exception {
        Listener listener = running.start(echo().handshakeTimeout(Duration.ofMillis(200)));
        int garbage = 300;
        Random random = new Random(7);
        byte[] hello = Tls.clientHello();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < garbage; i++) {
            Socket client = Running.connect(listener);
            clients.add(client);
            Running.sayInVain(client, garbage(i, random, hello));
        }
        Running.until("all have ended", () -> running.counts(listener).closed() == garbage);
        assertThat(running.counts(listener).open()).isZero();
        assertThat(running.counts(listener).handshakesFailed()).isEqualTo(garbage);
        for (Socket client : clients) {
            client.close();
        }
        handshakeTimeout("1h");
        for (int i = 0; i < 4; i++) {
            stillServes(listener);
        }
    }

    /** Random bytes, records that lie about their length, greetings with some bytes turned, and such. */
    private static byte[] garbage(int kind, Random random, byte[] hello) {
        byte[] bytes = new byte[1 + random.nextInt(kind % 10 == 0 ? 200_000 : 2_000)];
        random.nextBytes(bytes);
        switch (kind % 5) {
            case 0 -> {}
            case 1 -> {
                bytes[0] = 22;
                if (bytes.length > 2) {
                    bytes[1] = 3;
                    bytes[2] = (byte) random.nextInt(5);
                }
            }
            case 2 -> {
                byte[] turned = hello.clone();
                // Beyond the record's header, of which a turned length only waits for more.
                for (int i = 0; i < 8; i++) {
                    turned[5 + random.nextInt(40)] ^= (byte) (1 + random.nextInt(255));
                }
                return turned;
            }
            case 3 -> {
                ByteArrayOutputStream records = new ByteArrayOutputStream();
                for (int i = 0; i < 50; i++) {
                    records.writeBytes(new byte[] {(byte) (20 + i % 5), 3, 3, 0, 0});
                }
                return records.toByteArray();
            }
            default -> {
                byte[] cut = java.util.Arrays.copyOf(hello, 5 + random.nextInt(hello.length - 6));
                return cut;
            }
        }
        return bytes;
    }
}
