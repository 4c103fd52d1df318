package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.Counts;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ProxyProtocol;
import org.kamaelia.tcp.TlsOptions;

/** Crowds that hold their connections by a byte now and then: others are served beside them, and a time limit ends them. */
@ParameterizedClass
@EnumSource(Transport.class)
class SlowlorisIT {
    private static final int CROWD = 200;
    private static final Duration DRIP = Duration.ofMillis(20);
    private static final AddressBlock LOOPBACK = AddressBlock.parse("127.0.0.1");

    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @Parameter
    Transport transport;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Socket> crowd = new ArrayList<>();
    private Running running;
    private Listener listener;
    private Set<String> ids;

    @BeforeAll
    static void makeCertificates() throws Exception {
        openssl = new OpenSsl(folder).selfSigned("web", "/CN=web");
    }

    @BeforeEach
    void start() {
        running = Running.withCertificate(transport, "web", openssl);
    }

    @AfterEach
    void close() throws IOException {
        clock.shutdownNow();
        for (Socket each : crowd) {
            each.close();
        }
        running.close();
    }

    private interface Guest {
        void visit() throws IOException;
    }

    private static ListenerOptions echo() {
        return Running.on("echo").handshakeTimeout(Duration.ofHours(1)).closeTimeout(Duration.ofMillis(500));
    }

    /** Brings clients that say this byte by byte, and again from its start. */
    private void besiege(ListenerOptions options, byte[] words) throws IOException {
        listener = running.start(options);
        for (int i = 0; i < CROWD; i++) {
            crowd.add(Running.connect(listener));
        }
        int[] said = {0};
        ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
                () -> {
                    byte[] next = {words[said[0]++ % words.length]};
                    crowd.forEach(each -> drip(each, next));
                },
                0,
                DRIP.toNanos(),
                TimeUnit.NANOSECONDS);
        Running.until("all are in", () -> running.open().size() == CROWD);
        ids = running.open().stream().map(ConnectionView::id).collect(Collectors.toSet());
    }

    private static void drip(Socket client, byte[] drop) {
        try {
            client.getOutputStream().write(drop);
        } catch (IOException toldOff) {
            // that is what it is for
        }
    }

    /** A limit that is put in force now ends all of them, and nobody else is kept from coming. */
    private void isRaised(String limit, String cause, Guest guest) throws Exception {
        guest.visit();

        Running.await(running.control().patch("echo", new JsonObject().put(limit, "2s"), false));

        Running.until("all are ended", () -> {
            guest.visit();
            return running.open().stream().noneMatch(each -> ids.contains(each.id()));
        });
        for (String each : ids) {
            assertThat(running.ended(each).closeCause()).isEqualTo(cause);
        }
        Running.until("no place is taken", () -> {
            Counts counts = running.counts(listener);
            return counts.open() == 0 && counts.closed() == counts.accepted();
        });
    }

    private void echoes(Socket client) throws IOException {
        Running.say(client, new byte[] {1, 2, 3});
        assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    }

    @Test
    void aHandshakeThatComesInDropsIsOverInTime() throws Exception {
        besiege(echo().tls(TlsOptions.of("web")), Tls.clientHello());

        isRaised("handshakeTimeout", "handshake-failed", () -> {
            try (SSLSocket guest = Tls.over(Running.connect(listener))) {
                echoes(guest);
            }
        });

        assertThat(running.counts(listener).handshakesFailed()).isEqualTo(CROWD);
    }

    @Test
    void aProxyHeaderThatComesInDropsIsOverInTime() throws Exception {
        byte[] header = ProxyHeaders.binary("203.0.113.8", 40_000, ProxyHeaders.extension(0xE0, 3000));
        besiege(echo().proxyProtocol(ProxyProtocol.required(LOOPBACK)), header);

        isRaised("handshakeTimeout", "proxy-refused", () -> {
            try (Socket guest = Running.connect(listener)) {
                Running.say(guest, header);
                echoes(guest);
            }
        });

        assertThat(running.counts(listener).proxyRefused()).isEqualTo(CROWD);
    }

    @Test
    void requestsThatComeInDropsAreEndedByTheirAge() throws Exception {
        besiege(echo().idleTimeout(Duration.ofMinutes(1)), new byte[] {'x'});

        isRaised("maxAge", "too-old", this::visit);
    }

    @Test
    void whoDripsNoMoreIsIdle() throws Exception {
        besiege(echo(), new byte[] {'x'});
        clock.shutdownNow();

        isRaised("idleTimeout", "idle", this::visit);
    }

    private void visit() throws IOException {
        try (Socket guest = Running.connect(listener)) {
            echoes(guest);
        }
    }
}
