package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.ListenerOptions;

/** Listeners on UNIX domain sockets. */
@ParameterizedClass
@EnumSource(Transport.class)
class UnixSocketIT {
    @Parameter
    Transport transport;

    @TempDir
    Path directory;

    @TempDir
    Path elsewhere;

    private Running running;
    private Path file;

    @BeforeEach
    void start() {
        running = new Running(
                transport,
                new KamaeliaOptions()
                        .eventLoops(2)
                        .policy(Policy.fromJson(new JsonObject().put("socketDirectory", directory.toString()))));
        file = directory.resolve("echo.sock");
    }

    @AfterEach
    void close() {
        running.close();
    }

    private ListenerOptions onFile() {
        return ListenerOptions.of("echo").path(file.toString());
    }

    private void assertEchoes() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertEchoes(client);
        }
    }

    private static void assertEchoes(SocketChannel client) throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer answer = ByteBuffer.allocate(1);
        assertThat(client.read(answer)).isEqualTo(1);
        assertThat(answer.get(0)).isEqualTo((byte) 7);
    }

    private ListenerState state() {
        return Running.await(running.control().listener("echo")).state();
    }

    @Test
    void itServesOnEveryEventLoopAndItsFileGoesWithIt() throws Exception {
        Listener listener = running.start(onFile());
        for (int i = 0; i < 6; i++) {
            assertEchoes();
        }
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertEchoes(client);
            assertThat(running.open().get(0).remoteAddress()).isEqualTo(file.toString());
            Running.await(listener.stop(Duration.ofMinutes(1)));
            assertThat(file).doesNotExist();
            // Who is connected drains like any other.
            assertEchoes(client);
        }
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);
        Running.await(running.kamaelia.start(onFile()));
        assertEchoes();
    }

    @Test
    void aFileThatIsLeftIsReplacedAndOneThatIsInUseOrNoSocketIsNot() throws Exception {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file));
            assertThat(catchThrowableOfType(ControlFailure.class, () -> running.start(onFile()))
                            .reason())
                    .isEqualTo(Reason.PORT_TAKEN);
            try (SocketChannel still = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                assertThat(still.isConnected()).isTrue();
            }
        }
        assertThat(file).exists();
        Listener listener = running.start(onFile());
        assertEchoes();
        Running.await(listener.stop(Duration.ZERO));
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);

        Files.writeString(file, "precious");
        assertThat(catchThrowableOfType(ControlFailure.class, () -> running.start(onFile()))
                        .reason())
                .isEqualTo(Reason.CANNOT_BIND);
        assertThat(file).hasContent("precious");
    }

    @Test
    void aSecondListenerOfTheSameProcessDoesNotTakeIt() throws Exception {
        Listener unused = running.start(onFile());

        assertThat(catchThrowableOfType(
                                ControlFailure.class, () -> Running.await(running.kamaelia.start("second", onFile())))
                        .reason())
                .isEqualTo(Reason.PORT_TAKEN);
        assertEchoes();
    }

    @Test
    void aRestartKeepsThePathWhileConnectionsDrain() throws Exception {
        Listener unused = running.start(onFile());
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertEchoes(client);
            Running.await(running.control().patch("echo", new JsonObject().put("backlog", 5), true));
            assertEchoes();
            assertEchoes(client);
        }
        assertThat(state()).isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void theControlPlaneOpensSocketsBelowThePolicysDirectoryOnly() throws Exception {
        Running.await(running.kamaelia.open());
        Running.await(running.control().put("echo", onFile(), false));
        assertEchoes();
        for (String outside : new String[] {"/tmp/outside.sock", directory + "x/echo.sock"}) {
            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> Running.await(running.control()
                                            .put(
                                                    "other",
                                                    ListenerOptions.of("echo").path(outside),
                                                    false)))
                            .reason())
                    .isEqualTo(Reason.NOT_ALLOWED);
        }
    }

    @Test
    void aLinkOutOfThePolicysDirectoryLeadsNowhereAndOneWithinItDoes() throws Exception {
        Running.await(running.kamaelia.open());
        Files.createSymbolicLink(directory.resolve("out"), elsewhere);
        Files.createDirectory(directory.resolve("inner"));
        Files.createSymbolicLink(directory.resolve("in"), directory.resolve("inner"));

        ControlFailure refused =
                catchThrowableOfType(ControlFailure.class, () -> start("other", directory.resolve("out/echo.sock")));

        assertThat(refused.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refused).hasMessageContaining("a symbolic link leads to " + elsewhere.toRealPath());
        assertThat(elsewhere).isEmptyDirectory();
        start("echo", directory.resolve("in/echo.sock"));
        file = directory.resolve("inner/echo.sock");
        assertEchoes();
    }

    private void start(String name, Path path) {
        Running.await(running.control().put(name, ListenerOptions.of("echo").path(path.toString()), false));
    }

    @Test
    void aFileThatAnotherProcessHasPutInThePlaceOfItsOwnStays() throws Exception {
        Listener listener = running.start(onFile());
        assertEchoes();
        Files.delete(file);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file));

            Running.await(listener.stop(Duration.ZERO));
            Running.until("it has stopped", () -> state() == ListenerState.STOPPED);

            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file));
                    SocketChannel accepted = other.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(accepted.isConnected()).isTrue();
            }
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).containsExactly(file);
            }
        }
    }
}
