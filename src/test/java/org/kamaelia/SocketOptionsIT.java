package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.ListenerOptions;

/** Options of sockets, as the kernel tells them where it lets itself be asked, by ss and by their descriptors. */
@ParameterizedClass
@EnumSource(Transport.class)
class SocketOptionsIT {
    /** As Linux numbers them. */
    private static final int IPPROTO_TCP = 6;

    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ss")), "there is no ss");
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private static String ss(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "/usr/bin/ss";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What the kernel tells of the accepted side of a connection. */
    private String accepted(ListenerOptions options) throws IOException {
        return accepted(options, told -> told);
    }

    /** What becomes of it while the connection is open. */
    private <T> T accepted(ListenerOptions options, Look<T> look) throws IOException {
        Listener listener = running.start(options);
        try (Socket client = Running.connect(listener)) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            String filter = "( sport = :" + listener.port() + " and dport = :" + client.getLocalPort() + " )";
            String[] told = {""};
            // While a byte is not acknowledged the kernel tells of the timer of that.
            Running.until("nothing is under way", () -> {
                told[0] = ss("-tnoemiH", filter);
                return !told[0].contains("timer:(on,");
            });
            assertThat(told[0]).contains(":" + client.getLocalPort());
            return look.at(told[0]);
        }
    }

    private interface Look<T> {
        T at(String told) throws IOException;
    }

    /** What the kernel answers about the descriptor of that socket, whoever has it here. */
    private static List<Integer> tcpOptions(String told, int... options) throws IOException {
        Epoll.ensureAvailability();
        Matcher inode = Pattern.compile("\\bino:(\\d+)").matcher(told);
        assertThat(inode.find()).as(told).isTrue();
        io.netty.channel.unix.Socket socket =
                new io.netty.channel.unix.Socket(descriptor("socket:[" + inode.group(1) + "]"));
        List<Integer> answers = new ArrayList<>();
        for (int each : options) {
            answers.add(socket.getIntOpt(IPPROTO_TCP, each));
        }
        return answers;
    }

    private static int descriptor(String name) throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : open) {
                if (Files.isSymbolicLink(each)
                        && Files.readSymbolicLink(each).toString().equals(name)) {
                    return Integer.parseInt(each.getFileName().toString());
                }
            }
        }
        throw new AssertionError("no descriptor of this process is " + name);
    }

    @Test
    void aBacklogReachesTheListeningSocket() throws Exception {
        Listener listener = running.start(Running.on("echo").backlog(77));

        assertThat(ss("-tnlH", "sport = :" + listener.port()).split("\\s+", 4)[2])
                .isEqualTo("77");
    }

    @Test
    void keepAliveIsOnUnlessItIsTurnedOff() throws Exception {
        assertThat(accepted(Running.on("echo"))).contains("timer:(keepalive,");
        running.close();
        running = new Running(transport);
        assertThat(accepted(Running.on("echo").keepAlive(false))).doesNotContain("timer:(keepalive,");
    }

    @Test
    void smallWritesLeaveAtOnceUnlessThatIsTurnedOff() throws Exception {
        List<Integer> byDefault = accepted(Running.on("echo"), told -> tcpOptions(told, TCP_NODELAY));
        assertThat(byDefault).containsExactly(1);
        running.close();
        running = new Running(transport);
        List<Integer> turnedOff = accepted(Running.on("echo").tcpNoDelay(false), told -> tcpOptions(told, TCP_NODELAY));
        assertThat(turnedOff).containsExactly(0);
    }

    @Test
    void withEpollItsTimesAreTheOptions() throws Exception {
        assumeTrue(transport == Transport.NATIVE);
        ListenerOptions options = Running.on("echo")
                .keepAliveIdle(Duration.ofSeconds(40))
                .keepAliveInterval(Duration.ofSeconds(3))
                .keepAliveCount(2)
                .tcpUserTimeout(Duration.ofSeconds(9));

        List<Integer> set = accepted(options, told -> {
            assertThat(told).containsPattern("timer:\\(keepalive,(3[5-9]|40)sec");
            return tcpOptions(told, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT);
        });

        assertThat(set).containsExactly(40, 3, 2, 9_000);
    }

    @Test
    void aPortIsSharedWithOtherProcessesOnlyIfBothSaySo() throws Exception {
        assumeTrue(transport == Transport.NATIVE);
        ListenerOptions shared = Running.on("echo").reusePort(true);
        Listener first = running.start(shared);

        // A Vertx of its own binds as another process would.
        try (Running other = new Running(transport)) {
            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> other.start(Running.on("echo").port(first.port())))
                            .reason())
                    .isEqualTo(Reason.PORT_TAKEN);
            Listener second = other.start(shared.port(first.port()));
            for (int i = 0;
                    i < 1_000
                            && running.counts(first).accepted()
                                            * other.counts(second).accepted()
                                    == 0;
                    i++) {
                try (Socket client = Running.connect(second)) {
                    client.getOutputStream().write(7);
                    assertThat(client.getInputStream().read()).isEqualTo(7);
                }
            }
            assertThat(running.counts(first).accepted()).isPositive();
            assertThat(other.counts(second).accepted()).isPositive();
        }
    }

    @Test
    void whatAHandlerSendsInOneStepLeavesInOnePiece() throws Exception {
        Listener listener = running.start("pieces", connection -> new InPieces());
        try (Socket client = Running.connect(listener)) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().readNBytes(1_000)).hasSize(1_000);

            String told =
                    ss("-tniH", "( sport = :" + listener.port() + " and dport = :" + client.getLocalPort() + " )");
            assertThat(told).containsPattern("\\bdata_segs_out:1\\b");
        }
    }

    /** Answers whatever comes with a hundred buffers of ten bytes. */
    private static final class InPieces extends Reactor {
        InPieces() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, bytes -> {
                for (int i = 0; i < 100; i++) {
                    out.send(Buffer.buffer(new byte[10]));
                }
            });
        }
    }

    @Test
    void theBuffersOfTheKernelAreAsLargeAsTheOptionsSay() throws Exception {
        String told = accepted(Running.on("echo").receiveBuffer(64 * 1024).sendBuffer(32 * 1024));

        // Linux doubles both.
        assertThat(told).contains("rb131072,").contains("tb65536,");
    }
}
