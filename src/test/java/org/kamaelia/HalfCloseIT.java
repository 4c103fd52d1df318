package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;

/** A peer that shuts down its sending side still gets its replies. */
@ParameterizedClass
@EnumSource(Transport.class)
class HalfCloseIT {
    private static final int MIB = 1 << 20;

    @Parameter
    Transport transport;

    @TempDir
    Path directory;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void netcatGetsItsReply() throws Exception {
        Listener echo = running.start(Running.on("echo"));
        Path said = Files.writeString(directory.resolve("said"), "x");

        for (int i = 0; i < 20; i++) {
            Process netcat = netcat(echo, said);
            assertThat(new String(netcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("x");
            assertThat(netcat.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(netcat.exitValue()).isZero();
        }
    }

    @Test
    void netcatGetsItsLongReplyThoughItReadsLate() throws Exception {
        Listener echo = running.start(Running.on("echo"));
        Path said = directory.resolve("said");
        try (OutputStream out = Files.newOutputStream(said)) {
            new Bytes(0).write(out, 64 * MIB);
        }

        Process netcat = netcat(echo, said);
        // So much fits into the pipe that netcat writes to and that nobody reads yet.
        Running.until(
                "the reply has begun", () -> running.open().stream().anyMatch(each -> each.bytesOut() >= 64 * 1024));

        new Bytes(0).read(netcat.getInputStream(), 64 * MIB);
        assertThat(netcat.getInputStream().read()).isEqualTo(-1);
        assertThat(netcat.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(netcat.exitValue()).isZero();
    }

    private static Process netcat(Listener listener, Path said) throws IOException {
        assumeTrue(isNetcatHere(), "there is no netcat-openbsd here");
        return new ProcessBuilder("nc", "-N", "127.0.0.1", String.valueOf(listener.port()))
                .redirectInput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static boolean isNetcatHere() {
        try {
            Process help =
                    new ProcessBuilder("nc", "-h").redirectErrorStream(true).start();
            return new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("OpenBSD");
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void aSlowReaderGetsAllThatItAskedForBefore() throws Exception {
        Listener echo = running.start(Running.on("echo"));
        try (Socket client = Running.connectNarrow(echo)) {
            String id = running.idOf(client);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    new Bytes(0).write(client.getOutputStream(), 64 * MIB);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Running.until(
                    "both directions are full",
                    () -> waitsFor(id).startsWith("the peer to take")
                            && running.view(id).bytesIn() - running.view(id).bytesOut() > 64 * 1024);

            new Bytes(0).read(client.getInputStream(), 64 * MIB);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            sent.get(20, TimeUnit.SECONDS);
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("peer-closed");
            assertThat(ended.unsentBytes()).isZero();
        }
    }

    /** What the kernel has taken is on its way, whatever the connection's state: nobody may throw it away. */
    @Test
    void aPeerThatReadsLongAfterCloseTimeoutGetsWhatHadLeft() throws Exception {
        int length = MIB / 4;
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(length),
                Running.on("sending").closeTimeout(Duration.ofMillis(100)));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);

            ConnectionView ended = running.ended(id);

            assertThat(ended.closeCause()).isEqualTo("handler-finished");
            assertThat(ended.bytesOut()).isEqualTo(length);
            assertThat(ended.unsentBytes()).isZero();
            new Bytes(0).read(client.getInputStream(), length);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void withoutHalfCloseThePeersEndIsTheEnd() throws Exception {
        Silent handler = new Silent();
        Listener listener = running.start(
                "silent", connection -> handler, Running.on("silent").halfClose(false));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);

            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(running.ended(id).closeCause()).isEqualTo("peer-closed");
            handler.end();
        }
    }

    /** Epoll reports an error for as long as it is there, whatever it was asked for. */
    @Test
    void aResetAfterTheHalfCloseIsSeenAndLeavesTheEventLoopQuiet() throws Exception {
        Silent handler = new Silent();
        Thread[] loop = {null};
        Listener listener = running.start("silent", connection -> {
            loop[0] = Thread.currentThread();
            return handler;
        });
        Socket client = Running.connect(listener);
        String id = running.idOf(client);
        client.shutdownOutput();
        Running.until("the end has come", () -> waitsFor(id).equals("its handler to finish"));

        Running.reset(client);

        if (transport == Transport.NATIVE) {
            assertThat(running.ended(id).closeCause()).isEqualTo("peer-reset");
        }
        assertQuiet(loop[0]);
        handler.end();
        running.ended(id);
    }

    @Test
    void aResetWhileTheHandlerDoesNotReadLeavesTheEventLoopQuiet() throws Exception {
        Silent handler = new Silent();
        Thread[] loop = {null};
        Listener listener = running.start("silent", connection -> {
            loop[0] = Thread.currentThread();
            return handler;
        });
        Socket client = Running.connect(listener);
        String id = running.idOf(client);
        new Bytes(0).write(client.getOutputStream(), MIB);
        Running.until("its handler is full", () -> waitsFor(id).startsWith("its handler"));

        Running.reset(client);

        assertQuiet(loop[0]);
        assertThat(running.view(id).bytesIn()).isLessThan(MIB / 2);
        handler.startReading();
        assertThat(running.ended(id).closeCause()).isEqualTo("peer-reset");
        Running.until(
                "all that had come is read",
                () -> handler.read() == running.view(id).bytesIn());
        assertThat(handler.readWrong()).isFalse();
        handler.end();
    }

    private static void assertQuiet(Thread loop) {
        Duration time = Duration.ofMillis(300);
        assertThat(cpuMillisOf(loop, time)).isLessThan(time.toMillis() / 5);
    }

    private static long cpuMillisOf(Thread thread, Duration time) {
        long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
        LockSupport.parkNanos(time.toNanos());
        return (ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) - before) / 1_000_000;
    }

    private String waitsFor(String id) {
        return Running.await(running.control().connection(id)).waitsFor();
    }
}
