package org.kamaelia;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ProxyProtocol;
import org.kamaelia.tcp.TlsOptions;

/** The programs that people put in front of a server, or reach it with; those that a machine lacks are left out. */
@ParameterizedClass
@EnumSource(Transport.class)
class RealProgramsIT {
    private static final byte[] HELLO = "hello\n".getBytes(ISO_8859_1);

    @Parameter
    Transport transport;

    @TempDir
    Path folder;

    private Running running;
    private Process process;

    @BeforeEach
    void start() throws Exception {
        KamaeliaOptions options = new KamaeliaOptions().eventLoops(2);
        if (Programs.find("openssl") != null) {
            OpenSsl openssl = new OpenSsl(folder).selfSigned("web", "/CN=web");
            options = options.certificate("web", openssl.pem("web"));
        }
        running = new Running(transport, options);
    }

    @AfterEach
    void close() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        running.close();
    }

    private static ListenerOptions echo() {
        return Running.on("echo");
    }

    private static ListenerOptions behindAProxy() {
        return echo().proxyProtocol(ProxyProtocol.required(AddressBlock.parse("127.0.0.1")));
    }

    // ---- programs

    private Path log() {
        return folder.resolve("log");
    }

    private void run(List<String> command, byte[] input) throws IOException {
        process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(log().toFile())
                .start();
        if (input != null) {
            process.getOutputStream().write(input);
            process.getOutputStream().close();
        }
    }

    /** What a program that ends by itself has printed. */
    private String output() throws Exception {
        assertThat(process.waitFor(20, TimeUnit.SECONDS))
                .as("%s", process.info())
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(log())).isZero();
        return Files.readString(folder.resolve("output"), ISO_8859_1);
    }

    // ---- in front

    /** Starts haproxy in front of a server, and tells its port. */
    private int haproxy(String server) throws Exception {
        String haproxy = Programs.need("haproxy");
        int port = Running.freePort();
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, """
                defaults
                  mode tcp
                  timeout connect 20s
                  timeout client 20s
                  timeout server 20s
                listen front
                  bind 127.0.0.1:%d
                  server back %s
                """.formatted(port, server));
        run(List.of(haproxy, "-db", "-f", file.toString()), null);
        Running.until("haproxy listens", () -> {
            assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
            try (Socket probe = Running.connect(port)) {
                return probe.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return port;
    }

    @ParameterizedTest
    @CsvSource({"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c"})
    void haproxyTellsItsClientsAddresses(String how) throws Exception {
        Programs.need("haproxy");
        Listener listener = running.start(behindAProxy());
        int front = haproxy("127.0.0.1:" + listener.port() + " " + how);
        for (String address : List.of("127.0.0.1", "127.0.0.77")) {
            try (Socket client = new Socket()) {
                client.bind(new InetSocketAddress(address, 0));
                client.setSoTimeout(20_000);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), front));
                client.getOutputStream().write(HELLO);
                assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
                String itself = address + ":" + client.getLocalPort();
                // There may still be the one by which haproxy was found to listen.
                assertThat(running.open(address))
                        .filteredOn(each -> each.remoteAddress().equals(itself))
                        .extracting(ConnectionView::proxyAddress)
                        .singleElement()
                        .asString()
                        .startsWith("127.0.0.1:");
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void haproxyPassesTlsOnBehindItsHeader() throws Exception {
        Programs.need("haproxy");
        Programs.need("openssl");
        Listener listener = running.start(behindAProxy().tls(TlsOptions.of("web")));
        Socket plain = Running.connect(haproxy("127.0.0.1:" + listener.port() + " send-proxy-v2"));
        try (Socket client = Tls.over(plain)) {
            client.getOutputStream().write(HELLO);
            assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(running.open())
                    .filteredOn(each -> each.tls() != null)
                    .extracting(ConnectionView::remoteAddress)
                    .containsExactly("127.0.0.1:" + plain.getLocalPort());
        }
    }

    @Test
    void haproxyWithoutAHeaderIsNotServedWhereOneMustBe() throws Exception {
        Programs.need("haproxy");
        Listener listener = running.start(behindAProxy());
        try (Socket client = Running.connect(haproxy("127.0.0.1:" + listener.port()))) {
            client.getOutputStream().write(HELLO);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Running.until("it is counted", () -> running.counts(listener).proxyRefused() > 0);
    }

    // ---- clients

    @Test
    void socatGetsItsEcho() throws Exception {
        String socat = Programs.need("socat");
        Listener listener = running.start(echo());
        run(List.of(socat, "-t", "20", "-", "TCP4:127.0.0.1:" + listener.port()), HELLO);
        assertThat(output()).isEqualTo("hello\n");
    }

    @Test
    void socatGetsItsEchoOverAUnixSocket() throws Exception {
        String socat = Programs.need("socat");
        Path file = folder.resolve("echo.sock");
        running.start(ListenerOptions.of("echo").path(file.toString()));
        run(List.of(socat, "-t", "20", "-", "UNIX-CONNECT:" + file), HELLO);
        assertThat(output()).isEqualTo("hello\n");
    }

    @Test
    void ncMayWriteTheHeaderByHand() throws Exception {
        String nc = Programs.need("nc");
        Listener listener = running.start(behindAProxy());
        byte[] typed = ProxyHeaders.join(ProxyHeaders.text("203.0.113.7", 5555), HELLO);
        run(List.of(nc, "-N", "127.0.0.1", Integer.toString(listener.port())), typed);
        assertThat(output()).isEqualTo("hello\n");
    }

    /** What a program prints that goes on until it is stopped. */
    private void typed(List<String> command) throws Exception {
        run(command, null);
        process.getOutputStream().write(HELLO);
        process.getOutputStream().flush();
        Running.until(
                command.get(0) + " prints the echo",
                () -> Files.readString(folder.resolve("output"), ISO_8859_1).equals("hello\n"));
    }

    @Test
    void opensslGetsItsEchoOverTls() throws Exception {
        String openssl = Programs.need("openssl");
        Listener listener = running.start(echo().tls(TlsOptions.of("web")));
        typed(List.of(openssl, "s_client", "-quiet", "-connect", "127.0.0.1:" + listener.port()));
    }

    @Test
    void curlGetsItsEcho() throws Exception {
        String curl = Programs.need("curl");
        Listener listener = running.start(echo());
        typed(List.of(curl, "-s", "-N", "telnet://127.0.0.1:" + listener.port()));
    }
}
