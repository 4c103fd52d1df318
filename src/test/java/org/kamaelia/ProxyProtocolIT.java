package org.kamaelia;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kamaelia.ProxyHeaders.bytes;
import static org.kamaelia.ProxyHeaders.join;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.protocol.Echo;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ProxyProtocol;
import org.kamaelia.tcp.Refusals;
import org.kamaelia.tcp.TlsOptions;
import org.kamaelia.tcp.WhenFull;

/** Clients that come through proxies, and those who only say so. */
@ParameterizedClass
@EnumSource(Transport.class)
class ProxyProtocolIT {
    private static final AddressBlock LOOPBACK = AddressBlock.parse("127.0.0.1");
    private static final AddressBlock ELSEWHERE = AddressBlock.parse("10.0.0.0/8");
    private static final byte[] CLIENT = ProxyHeaders.text("203.0.113.7", 5555);

    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @Parameter
    Transport transport;

    private Running running;
    private final List<Socket> clients = new ArrayList<>();

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
        for (Socket each : clients) {
            each.close();
        }
        running.close();
    }

    private static ListenerOptions echo(ProxyProtocol rule) {
        return Running.on("echo").proxyProtocol(rule).handshakeTimeout(Duration.ofHours(1));
    }

    private Socket connect(Listener listener) throws IOException {
        Socket client = Running.connect(listener);
        clients.add(client);
        return client;
    }

    private static String hears(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), ISO_8859_1);
    }

    /** The only one that is open. */
    private ConnectionView only() {
        assertThat(running.open()).hasSize(1);
        return running.open().get(0);
    }

    /** From now on, for those under way too. */
    private void handshakeTimeout(String time) {
        Running.await(running.control().patch("echo", new JsonObject().put("handshakeTimeout", time), false));
    }

    private ConnectionView endOf(Socket client, String id) throws IOException {
        Running.End unused = Running.endOf(client);
        return running.ended(id);
    }

    // ---- headers

    @Test
    void theClientsAddressIsItsProxysWordAndTheProxysIsBesideIt() throws Exception {
        List<Map.Entry<byte[], String>> told = new ArrayList<>();
        told.add(Map.entry(CLIENT, "203.0.113.7:5555"));
        told.add(Map.entry(bytes("PROXY TCP6 2001:db8::7 2001:db8::1 5555 443\r\n"), "2001:db8:0:0:0:0:0:7:5555"));
        told.add(Map.entry(ProxyHeaders.binary("203.0.113.8", 40_000, new byte[0]), "203.0.113.8:40000"));
        told.add(Map.entry(ProxyHeaders.binary("2001:db8::8", 40_000, new byte[0]), "2001:db8:0:0:0:0:0:8:40000"));
        told.add(Map.entry(ProxyHeaders.unix("/run/app.sock"), "/run/app.sock"));
        told.add(Map.entry(ProxyHeaders.binary("203.0.113.9", 1, ProxyHeaders.extension(0xE0, 3000)), "203.0.113.9:1"));
        for (ProxyProtocol rule : List.of(ProxyProtocol.required(LOOPBACK), ProxyProtocol.optional(LOOPBACK))) {
            List<ConnectionInfo> infos = new ArrayList<>();
            String name = "told-" + rule.mode();
            Listener listener = running.start(
                    name,
                    info -> {
                        infos.add(info);
                        return new Echo().open(info, new JsonObject());
                    },
                    echo(rule));
            for (Map.Entry<byte[], String> each : told) {
                try (Socket client = connect(listener)) {
                    Running.say(client, join(each.getKey(), bytes("hello")));
                    assertThat(hears(client, 5)).isEqualTo("hello");
                    ConnectionView view = only();
                    assertThat(view.remoteAddress()).isEqualTo(each.getValue());
                    assertThat(view.proxyAddress()).isEqualTo("127.0.0.1:" + client.getLocalPort());
                    assertThat(view.bytesIn()).isEqualTo(5);
                    ConnectionInfo info = infos.get(infos.size() - 1);
                    assertThat(info.remoteAddress()).hasToString(each.getValue());
                    assertThat(info.proxyAddress()).hasToString(view.proxyAddress());
                    Running.hangUp(client);
                    ConnectionView gone = running.ended(view.id());
                    assertThat(gone.remoteAddress()).isEqualTo(each.getValue());
                    assertThat(gone.proxyAddress()).isEqualTo(view.proxyAddress());
                }
            }
        }
    }

    @Test
    void whatCameWithTheHeaderBeforeAnybodyLookedIsTheHandlersWithoutIt() throws Exception {
        Listener listener = running.start(Running.on("lines")
                .proxyProtocol(ProxyProtocol.required())
                .maxConnections(1)
                .whenFull(WhenFull.QUEUE));
        Socket first = connect(listener);
        first.getOutputStream().write(join(CLIENT, bytes("echo one\r\n")));
        assertThat(hears(first, 5)).isEqualTo("one\r\n");
        for (int i = 0; i < 3; i++) {
            connect(listener).getOutputStream().write(join(CLIENT, bytes("echo waited " + i + "\r\n")));
        }
        Running.until("they wait", () -> running.counts(listener).queued() == 3);

        for (int i = 0; i < 3; i++) {
            clients.get(i).close();
            assertThat(hears(clients.get(i + 1), 10)).isEqualTo("waited " + i + "\r\n");
        }
    }

    @Test
    void aProxyThatSpeaksForItselfHasItsOwnAddress() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)));
        List<byte[]> headers = List.of(
                bytes("PROXY UNKNOWN\r\n"),
                bytes("PROXY UNKNOWN ::1 ::1 1 2\r\n"),
                ProxyHeaders.binary(0, 0, new byte[0]),
                ProxyHeaders.binary(0, 0x11, new byte[12]),
                ProxyHeaders.binary(1, 0, ProxyHeaders.extension(4, 10)),
                ProxyHeaders.unix(""));
        for (byte[] header : headers) {
            try (Socket client = connect(listener)) {
                Running.say(client, join(header, bytes("hello")));
                assertThat(hears(client, 5)).isEqualTo("hello");
                ConnectionView view = running.view(running.idOf(client));
                assertThat(view.proxyAddress()).isNull();
            }
        }
    }

    @Test
    void noByteBehindAHeaderIsLostHoweverItComes() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.optional(LOOPBACK)));
        byte[] payload = new byte[300_000];
        new Random(5).nextBytes(payload);
        byte[] binary = ProxyHeaders.binary("203.0.113.8", 40_000, ProxyHeaders.extension(0xE0, 500));
        for (byte[] header : List.of(CLIENT, binary, new byte[0])) {
            for (int piece : new int[] {1, 7, 100_000, 1_000_000}) {
                Socket client = connect(listener);
                byte[] all = join(header, payload);
                Thread sender = new Thread(() -> sendInPieces(client, all, header.length + 20, piece));
                sender.start();
                assertThat(client.getInputStream().readNBytes(payload.length)).isEqualTo(payload);
                sender.join();
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    /** The first bytes in pieces, each a segment of its own; then the rest. */
    private static void sendInPieces(Socket client, byte[] all, int first, int piece) {
        try {
            int sent = 0;
            for (; sent < first; sent += Math.min(piece, all.length - sent)) {
                client.getOutputStream().write(all, sent, Math.min(piece, all.length - sent));
            }
            client.getOutputStream().write(all, sent, all.length - sent);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void headerPayloadAndEndThatWaitedForAPlaceAreServedInOrder() throws Exception {
        Listener listener = running.start(
                echo(ProxyProtocol.required(LOOPBACK)).maxConnections(1).whenFull(WhenFull.QUEUE));
        Socket first = connect(listener);
        Running.say(first, join(CLIENT, bytes("x")));
        assertThat(hears(first, 1)).isEqualTo("x");
        byte[] payload = bytes("0123456789".repeat(2_000));
        Socket second = connect(listener);
        Running.say(second, bytes("PROXY TCP4 203.0."));
        Running.say(second, bytes("113.9 192.0.2.1 1 2\r\nabc"));
        Running.say(second, payload);
        second.shutdownOutput();
        Running.until("it waits", () -> running.counts(listener).queued() == 1);
        first.close();
        assertThat(hears(second, 3 + payload.length + 1)).isEqualTo("abc" + new String(payload, ISO_8859_1));
    }

    @Test
    void tlsBeginsBehindTheHeader() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)).tls(TlsOptions.of("web")));
        for (byte[] header : List.of(CLIENT, ProxyHeaders.binary("203.0.113.7", 5555, new byte[0]))) {
            Socket plain = connect(listener);
            Running.say(plain, header);
            try (SSLSocket client = Tls.over(plain)) {
                Running.say(client, bytes("sealed"));
                assertThat(hears(client, 6)).isEqualTo("sealed");
                ConnectionView view = only();
                assertThat(view.tls()).isNotNull();
                assertThat(view.remoteAddress()).isEqualTo("203.0.113.7:5555");
                Running.hangUp(client);
                running.ended(view.id());
            }
        }
        assertThat(running.counts(listener).proxyRefused()).isZero();
    }

    @Test
    void aClientHelloInOneSegmentWithTheHeaderIsAnswered() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)).tls(TlsOptions.of("web")));
        Socket client = connect(listener);
        Running.say(client, join(CLIENT, Tls.clientHello()));
        assertThat(client.getInputStream().read()).isEqualTo(22);
    }

    // ---- those who are not served

    private ConnectionView refusedFor(Listener listener, byte[] bytes) throws Exception {
        Socket client = connect(listener);
        String id = running.idOf(client);
        Running.sayInVain(client, bytes);
        return endOf(client, id);
    }

    @Test
    void whoDoesNotBeginWithAProperHeaderIsClosedAndCounted() throws Exception {
        List<byte[]> served = new ArrayList<>();
        Listener listener = running.start(
                "never",
                info -> {
                    served.add(new byte[0]);
                    return new Echo().open(info, new JsonObject());
                },
                echo(ProxyProtocol.required()));
        List<Map.Entry<byte[], String>> wrong = new ArrayList<>();
        wrong.add(Map.entry(bytes("G"), "the peer's first bytes are no PROXY header"));
        wrong.add(Map.entry(bytes("PROXX TCP4"), "the peer's first bytes are no PROXY header"));
        wrong.add(Map.entry(join(Arrays.copyOf(ProxyHeaders.SIGNATURE, 11), bytes("x")), "no PROXY header"));
        wrong.add(Map.entry(bytes("PROXY " + "x".repeat(200)), "the PROXY header is wrong"));
        wrong.add(Map.entry(bytes("PROXY TCP4 203.0.113.999 192.0.2.1 1 2\r\n"), "the PROXY header is wrong"));
        wrong.add(Map.entry(bytes("PROXY TCP4 203.0.113.9 192.0.2.1 1 70000\r\n"), "the PROXY header is wrong"));
        wrong.add(Map.entry(ProxyHeaders.binary(7, 0x11, new byte[12]), "the PROXY header is wrong"));
        wrong.add(Map.entry(ProxyHeaders.binary(1, 0x11, new byte[3]), "the PROXY header is wrong"));
        wrong.add(Map.entry(
                ProxyHeaders.binary("203.0.113.9", 1, ProxyHeaders.extension(4, 60_000)), "the PROXY header is wrong"));
        for (Map.Entry<byte[], String> each : wrong) {
            ConnectionView view = refusedFor(listener, each.getKey());
            assertThat(view.closeCause()).isEqualTo("proxy-refused");
            assertThat(view.closeDetail()).contains(each.getValue());
        }
        Running.until("all are counted", () -> running.counts(listener).proxyRefused() == wrong.size());
        assertThat(running.counts(listener).open()).isZero();
        assertThat(served).isEmpty();
    }

    @Test
    void aHeaderThatIsNotWholeInTimeIsItsSendersEnd() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.optional(LOOPBACK)));
        for (byte[] part : List.of(new byte[0], bytes("P"), Arrays.copyOf(CLIENT, 30), ProxyHeaders.SIGNATURE)) {
            Socket client = connect(listener);
            String id = running.idOf(client);
            Running.say(client, part);
            handshakeTimeout("50ms");
            ConnectionView view = endOf(client, id);
            handshakeTimeout("1h");
            assertThat(view.closeCause()).isEqualTo("proxy-refused");
            assertThat(view.closeDetail()).isEqualTo("the PROXY header was not whole within handshakeTimeout 50ms");
        }
    }

    @Test
    void aPeerThatGoesAwayWithinItsHeaderEndsAtOnce() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)));
        for (byte[] part : List.of(new byte[0], bytes("P"), Arrays.copyOf(CLIENT, 30), ProxyHeaders.SIGNATURE)) {
            for (boolean reset : new boolean[] {false, true}) {
                Socket client = connect(listener);
                String id = running.idOf(client);
                Running.say(client, part);
                if (reset) {
                    Running.reset(client);
                } else {
                    client.shutdownOutput();
                }
                assertThat(running.ended(id).closeCause()).isEqualTo("proxy-refused");
            }
        }
    }

    @Test
    void whoIsNotTrustedMayNotSpeakForOthers() throws Exception {
        Listener required = running.start(echo(ProxyProtocol.required(ELSEWHERE)));
        Socket early = connect(required);
        assertThat(Running.endOf(early)).isEqualTo(Running.End.FIN);
        assertThat(running.counts(required).rejectedBy()).isEqualTo(new Refusals(0, 0, 0, 1));

        Listener optional = running.start(
                "mixed", info -> new Echo().open(info, new JsonObject()), echo(ProxyProtocol.optional(ELSEWHERE)));
        for (byte[] header : List.of(CLIENT, ProxyHeaders.binary("203.0.113.9", 1, new byte[0]))) {
            ConnectionView view = refusedFor(optional, header);
            assertThat(view.closeCause()).isEqualTo("proxy-refused");
            assertThat(view.closeDetail())
                    .isEqualTo("the peer sent a PROXY header and is none of proxyProtocol's trusted");
            assertThat(view.proxyAddress()).isNull();
        }
        Running.until("both are counted", () -> running.counts(optional).proxyRefused() == 2);
        Socket direct = connect(optional);
        Running.say(direct, bytes("PR"));
        Running.say(direct, bytes("OFIT"));
        assertThat(hears(direct, 6)).isEqualTo("PROFIT");
    }

    @Test
    void whatCouldStillBecomeAHeaderIsPayloadWhenNoMoreComes() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.optional(LOOPBACK)));
        for (String text : List.of("", "P", "PROXY", "\r\n\r\n")) {
            Socket client = connect(listener);
            Running.say(client, bytes(text));
            client.shutdownOutput();
            assertThat(hears(client, text.length() + 1)).isEqualTo(text);
        }
    }

    @Test
    void anOperatorAndADrainEndTheWaitForAHeader() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)));
        Socket client = connect(listener);
        String id = running.idOf(client);
        assertThat(Running.await(running.control().connection(id)).waitsFor()).isEqualTo("the peer's PROXY header");
        Running.await(running.control().control("echo", ListenerCommand.SERVER_SHUTDOWN, null));
        assertThat(running.ended(id).closeCause()).isEqualTo("drained");
    }

    @Test
    void noGarbageHurtsTheListener() throws Exception {
        Listener listener =
                running.start(echo(ProxyProtocol.required(LOOPBACK)).handshakeTimeout(Duration.ofMillis(200)));
        Random random = new Random(11);
        int garbage = 300;
        for (int i = 0; i < garbage; i++) {
            Socket client = connect(listener);
            Running.sayInVain(client, garbage(i % 5, random));
        }
        Running.until("all have ended", () -> running.counts(listener).closed() == garbage);
        assertThat(running.counts(listener).proxyRefused()).isEqualTo(garbage);
        assertThat(running.counts(listener).open()).isZero();
        handshakeTimeout("1h");
        Socket client = connect(listener);
        Running.say(client, join(CLIENT, bytes("well")));
        assertThat(hears(client, 4)).isEqualTo("well");
    }

    /** Nothing of this is a header. */
    private static byte[] garbage(int kind, Random random) throws Exception {
        byte[] noise = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(noise);
        return switch (kind) {
            case 0 -> join(new byte[] {0}, noise);
            case 1 -> join(bytes("PROXY TCP4 "), noise);
            case 2 -> join(ProxyHeaders.SIGNATURE, new byte[] {(byte) random.nextInt(0x20)}, noise);
            case 3 -> join(ProxyHeaders.SIGNATURE, new byte[] {0x21, 0x11, (byte) (0x40 + random.nextInt(64))}, noise);
            default -> {
                byte[] whole = ProxyHeaders.binary("203.0.113.9", 1, ProxyHeaders.extension(4, 40));
                yield Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
            }
        };
    }

    // ---- who is let in

    @Test
    void allowAndDenyGoByTheClientsAddressAndNotItsProxys() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK))
                .allow(List.of(AddressBlock.parse("203.0.113.0/24")))
                .deny(List.of(AddressBlock.parse("203.0.113.66"))));
        Socket welcome = connect(listener);
        Running.say(welcome, join(CLIENT, bytes("hello")));
        assertThat(hears(welcome, 5)).isEqualTo("hello");
        for (String address : List.of("203.0.113.66", "198.51.100.1")) {
            ConnectionView view = refusedFor(listener, ProxyHeaders.text(address, 9));
            assertThat(view.closeCause()).isEqualTo("not-admitted");
            assertThat(view.remoteAddress()).isEqualTo(address + ":9");
        }
        // Its own address, of which it says nothing else, is not among them.
        assertThat(refusedFor(listener, bytes("PROXY UNKNOWN\r\n")).closeCause())
                .isEqualTo("not-admitted");
        Running.until(
                "all are counted", () -> running.counts(listener).rejectedBy().equals(new Refusals(0, 0, 3, 0)));
    }

    @Test
    void thePerAddressLimitCountsClientsAndNotTheirProxy() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)).perAddressLimit(1));
        for (int round = 0; round < 3; round++) {
            Socket first = connect(listener);
            Running.say(first, join(ProxyHeaders.text("203.0.113.1", 1), bytes("a")));
            assertThat(hears(first, 1)).isEqualTo("a");
            Socket other = connect(listener);
            Running.say(other, join(ProxyHeaders.text("203.0.113.2", 1), bytes("b")));
            assertThat(hears(other, 1)).isEqualTo("b");
            assertThat(refusedFor(listener, ProxyHeaders.text("203.0.113.1", 2)).closeCause())
                    .isEqualTo("not-admitted");
            first.close();
            other.close();
            Running.until("all are gone", () -> running.counts(listener).open() == 0);
        }
        assertThat(running.counts(listener).rejectedBy()).isEqualTo(new Refusals(0, 3, 0, 0));
    }

    @Test
    void theListOfConnectionsFindsTheClientsAddress() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.required(LOOPBACK)));
        Socket client = connect(listener);
        Running.say(client, join(CLIENT, bytes("x")));
        assertThat(hears(client, 1)).isEqualTo("x");
        assertThat(running.open("203.0.113.7")).hasSize(1);
        assertThat(running.open("127.0.0.1")).isEmpty();
    }

    // ---- options

    @Test
    void aChangeAsksForARestart() throws Exception {
        running.start(echo(ProxyProtocol.OFF));
        JsonObject change = new JsonObject()
                .put(
                        "proxyProtocol",
                        new JsonObject().put("mode", "required").put("trusted", new JsonArray().add("127.0.0.1")));
        assertThatThrownBy(() -> Running.await(running.control().patch("echo", change, false)))
                .isInstanceOf(ControlFailure.class)
                .hasMessageContaining("proxyProtocol");
        Running.await(running.control().patch("echo", change, true));
    }

    @Test
    void aHeaderIsPayloadWhereNobodyAskedForOne() throws Exception {
        Listener listener = running.start(echo(ProxyProtocol.OFF));
        Socket client = connect(listener);
        Running.say(client, CLIENT);
        assertThat(hears(client, CLIENT.length)).isEqualTo(new String(CLIENT, ISO_8859_1));
    }
}
