package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.ListenerOptions;

/** Options of sockets, as the kernel tells them where it lets itself be asked by ss. */
@ParameterizedClass
@EnumSource(Transport.class)
class SocketOptionsIT {
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
            return told[0];
        }
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
    void withEpollItsTimesAreTheOptions() throws Exception {
        assumeTrue(transport == Transport.NATIVE);

        String told = accepted(Running.on("echo")
                .keepAliveIdle(Duration.ofSeconds(40))
                .keepAliveInterval(Duration.ofSeconds(3))
                .keepAliveCount(2)
                .tcpUserTimeout(Duration.ofSeconds(9)));

        assertThat(told).containsPattern("timer:\\(keepalive,(3[5-9]|40)sec");
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
    void theBuffersOfTheKernelAreAsLargeAsTheOptionsSay() throws Exception {
        String told = accepted(Running.on("echo").receiveBuffer(64 * 1024).sendBuffer(32 * 1024));

        // Linux doubles both.
        assertThat(told).contains("rb131072,").contains("tb65536,");
    }
}
