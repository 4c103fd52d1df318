package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.kamaelia.Running.End.RESET;
import static org.kamaelia.control.ConnectionCommand.PRODUCER_FINISHED;
import static org.kamaelia.control.ConnectionCommand.SHUTDOWN_MICROPROCESS;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;

/** How connections end, and what is told of it. */
@ParameterizedClass
@EnumSource(Transport.class)
class ConnectionEndIT {
    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofMillis(300);

    /** Longer than a reader is kept from reading by whatever else the machine does. */
    private static final Duration SLOW = Duration.ofMillis(400);

    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    // ---- when nobody takes what is sent

    @Test
    void aResetConnectionEndsThoughItsHandlerWaitsForRoom() throws Exception {
        Listener listener = running.start(Running.on("echo").idleTimeout(Duration.ZERO));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            CompletableFuture<Integer> sending = sendUntilClosed(client);
            untilHeldUpByPeer(id);

            Running.reset(client);

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("peer-reset");
            assertThat(ended.unsentBytes()).isPositive();
            assertThat(sending.get(20, TimeUnit.SECONDS)).isPositive();
        }
        Running.until("its place is free", () -> running.counts(listener).open() == 0);
    }

    @Test
    void nothingIsTakenForSendingOnceTheHandlerIsDone() throws Exception {
        Listener listener = running.start(Running.on("daytime"));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);

            assertThatThrownBy(() -> Running.await(running.kamaelia.send(id, Buffer.buffer("late"))))
                    .isInstanceOfSatisfying(
                            ControlFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(ControlFailure.Reason.GONE));
        }
    }

    @Test
    void aShorterIdleTimeoutReachesOpenConnections() throws Exception {
        Listener listener = running.start(Running.on("echo").idleTimeout(Duration.ZERO));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);

            Running.await(running.control().patch("echo", new JsonObject().put("idleTimeout", "50ms"), false));

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Running.hangUp(client);
            assertThat(running.ended(id).closeCause()).isEqualTo("idle");
        }
    }

    // ---- at an operator's wish

    @Test
    void whatAHandlerHasToSendReachesASlowPeerThatStillSends() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenStaying(8 * MIB));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            CompletableFuture<Integer> sending = sendUntilClosed(client);
            untilHeldUpByPeer(id);

            Running.await(running.control().control(id, PRODUCER_FINISHED));

            Bytes come = new Bytes(0);
            for (int i = 0; i < 8; i++) {
                assertThat(sending).isNotDone();
                assertThat(running.view(id).state()).isEqualTo("closing");
                come.read(client.getInputStream(), MIB);
            }
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(sending).isNotDone();
            Running.hangUp(client);
            assertThat(sending.get(20, TimeUnit.SECONDS)).isPositive();
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("operator");
            assertThat(ended.bytesOut()).isEqualTo(8 * MIB);
            assertThat(ended.unsentBytes()).isZero();
        }
    }

    @Test
    void aPeerThatNeverReadsIsAbortedAfterCloseTimeout() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(16 * MIB),
                Running.on("sending").closeTimeout(SOON));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            untilHeldUpByPeer(id);

            Running.await(running.control().control(id, PRODUCER_FINISHED));

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("aborted");
            assertThat(ended.closeDetail()).isEqualTo("operator, then nothing moved for closeTimeout 300ms");
            assertThat(ended.unsentBytes()).isPositive();
            assertThat(Duration.between(ended.openedAt(), ended.closedAt())).isGreaterThanOrEqualTo(SOON);
            assertThat(Running.endOf(client)).isEqualTo(RESET);
        }
    }

    @Test
    void anEndlessSenderIsEndedByCloseTimeout() throws Exception {
        Listener listener = running.start(Running.on("discard").closeTimeout(SOON));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            CompletableFuture<Integer> sending = sendUntilClosed(client);

            Running.await(running.control().control(id, PRODUCER_FINISHED));

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("operator");
            assertThat(ended.closeDetail()).isEqualTo("the peer did not end its side within closeTimeout 300ms");
            assertThat(sending.get(20, TimeUnit.SECONDS)).isPositive();
        }
    }

    @Test
    void shutdownMicroprocessCutsAtOnce() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(16 * MIB),
                Running.on("sending").closeTimeout(Duration.ofHours(1)));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            untilHeldUpByPeer(id);
            Running.await(running.control().control(id, PRODUCER_FINISHED));

            Running.await(running.control().control(id, SHUTDOWN_MICROPROCESS));

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("operator");
            assertThat(ended.unsentBytes()).isPositive();
            assertThat(Running.endOf(client)).isEqualTo(RESET);
        }
    }

    // ---- by the peer

    @Test
    void aPeerThatClosesEndsItsConnection() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        String id;
        try (Socket client = Running.connect(listener)) {
            id = running.idOf(client);
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }

        ConnectionView ended = running.ended(id);
        assertThat(ended.closeCause()).isEqualTo("peer-closed");
        assertThat(ended.bytesIn()).isEqualTo(1);
        assertThat(ended.bytesOut()).isEqualTo(1);
    }

    @Test
    void aPeerThatResetsIsTold() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        Socket client = Running.connect(listener);
        String id = running.idOf(client);

        Running.reset(client);

        assertThat(running.ended(id).closeCause()).isEqualTo("peer-reset");
    }

    @Test
    void aPeerThatResetsAmidAReplyIsTold() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenStaying(16 * MIB));
        Socket client = Running.connectNarrow(listener);
        String id = running.idOf(client);
        untilHeldUpByPeer(id);

        Running.reset(client);

        ConnectionView ended = running.ended(id);
        assertThat(ended.closeCause()).isEqualTo("peer-reset");
        assertThat(ended.unsentBytes()).isPositive();
    }

    @Test
    void aSilentConnectionIsEndedByIdleTimeout() throws Exception {
        Listener listener = running.start(Running.on("echo").idleTimeout(SOON));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Running.hangUp(client);

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("idle");
            assertThat(Duration.between(ended.openedAt(), ended.closedAt())).isGreaterThanOrEqualTo(SOON);
        }
    }

    /** The kernel's buffers are large: it can be long until they take anything more. */
    @Test
    void aSlowDownloadIsNotIdle() throws Exception {
        assumeTrue(transport == Transport.NATIVE, "only epoll tells what the kernel sends");
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(4 * MIB),
                Running.on("sending").idleTimeout(SLOW));
        try (Socket client = Running.connectNarrow(listener)) {
            readSlowly(client);

            String id = running.idOf(client);

            assertThat(running.ended(id).closeCause()).isEqualTo("handler-finished");
            assertThat(running.ended(id).bytesOut()).isEqualTo(4 * MIB);
        }
    }

    @Test
    void aSlowDownloadIsNotCutByCloseTimeout() throws Exception {
        assumeTrue(transport == Transport.NATIVE, "only epoll tells what the kernel sends");
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(4 * MIB),
                Running.on("sending").closeTimeout(SLOW));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            untilHeldUpByPeer(id);
            Running.await(running.control().control(id, PRODUCER_FINISHED));

            readSlowly(client);

            assertThat(running.ended(id).closeCause()).isEqualTo("operator");
            assertThat(running.ended(id).bytesOut()).isEqualTo(4 * MIB);
        }
    }

    private static void readSlowly(Socket client) throws IOException {
        Bytes come = new Bytes(0);
        for (int i = 0; i < 4 * MIB; i += 32 * 1024) {
            LockSupport.parkNanos(SLOW.toNanos() / 12);
            come.read(client.getInputStream(), 32 * 1024);
        }
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        Running.hangUp(client);
    }

    // ---- by the handler

    @Test
    void aHandlerThatIsDoneEndsItsConnection() throws Exception {
        Listener listener = running.start(Running.on("daytime"));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            byte[] all = client.getInputStream().readAllBytes();
            Running.hangUp(client);

            assertThat(all).hasSizeGreaterThan(10);
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("handler-finished");
            assertThat(ended.bytesOut()).isEqualTo(all.length);
        }
    }

    @Test
    void aHandlerThatIsDoneLeavesNoReplyBehind() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenDone(8 * MIB));
        try (Socket client = Running.connectNarrow(listener)) {
            CompletableFuture<Integer> sending = sendUntilClosed(client);

            new Bytes(0).read(client.getInputStream(), 8 * MIB);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(sending).isNotDone();
        }
    }

    // ---- how

    private void untilHeldUpByPeer(String id) {
        Running.until(
                "its peer takes no more",
                () -> Running.await(running.control().connection(id)).waitsFor().startsWith("the peer to take"));
    }

    /** Sends until the connection takes no more for ever; tells how often it could. */
    private static CompletableFuture<Integer> sendUntilClosed(Socket client) {
        return CompletableFuture.supplyAsync(() -> {
            byte[] chunk = new byte[1000];
            for (int times = 0; ; times++) {
                try {
                    client.getOutputStream().write(chunk);
                } catch (IOException closed) {
                    return times;
                }
            }
        });
    }

    @Test
    void whatAHandlerGivesAsItsReasonIsTold() throws Exception {
        Listener listener = running.start(Running.on("lines"));
        String id;
        try (Socket client = Running.connect(listener)) {
            id = running.idOf(client);
            client.getOutputStream().write(new byte[5000]);
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }

        ConnectionView ended = running.ended(id);
        assertThat(ended.closeCause()).isEqualTo("handler-finished");
        assertThat(ended.closeDetail()).contains("longer than 4096 bytes");
    }
}
