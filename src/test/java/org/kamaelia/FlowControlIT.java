package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionCommand;
import org.kamaelia.control.ConnectionDetail;
import org.kamaelia.control.ConnectionView;

/** Whoever is slow slows the other side down, and costs no memory. */
@ParameterizedClass
@EnumSource(Transport.class)
class FlowControlIT {
    private static final int MIB = 1 << 20;
    private static final int PENDING = 64 * MIB;
    private static final int BOUND = 64 * 1024;

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

    @Test
    void aSlowReaderIsWaitedForInBoundedMemory() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenDone(PENDING));
        long before = Memory.used();
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            Bytes come = new Bytes(0);
            for (int i = 0; i < 8; i++) {
                assertThat(heldUpByItsPeer(id).unsentBytes()).isBetween(1L, 2L * BOUND);
                assertThat(Memory.used() - before).isLessThan(8 * MIB);
                come.read(client.getInputStream(), PENDING / 16);
            }
            come.read(client.getInputStream(), PENDING / 2);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Running.hangUp(client);
            assertThat(running.ended(id).closeCause()).isEqualTo("handler-finished");
            assertThat(running.ended(id).bytesOut()).isEqualTo(PENDING);
            assertThat(running.ended(id).unsentBytes()).isZero();
        }
    }

    @Test
    void whatASlowReaderHasTakenIsCountedOnceItHasLeft() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenStaying(4 * MIB));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            heldUpByItsPeer(id);
            new Bytes(0).read(client.getInputStream(), 4 * MIB);
            Running.until("all is counted", () -> Running.await(listener.view()).bytesOut() == 4 * MIB);
            assertThat(running.view(id).bytesOut()).isEqualTo(4 * MIB);
        }
    }

    @Test
    void whatNeverLeftIsNotCountedWhenItIsBrokenOff() throws Exception {
        Listener listener = running.start("sending", connection -> Sending.thenDone(PENDING));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            heldUpByItsPeer(id);
            long before = Running.await(listener.view()).bytesOut();
            Running.await(running.control().control(id, ConnectionCommand.SHUTDOWN_MICROPROCESS));
            long left = running.ended(id).bytesOut();
            assertThat(left).isGreaterThanOrEqualTo(before);
            assertThat(Running.await(listener.view()).bytesOut()).isEqualTo(left);
        }
    }

    @Test
    void manySlowReadersCostNoMoreThanTheirBounds() throws Exception {
        int readers = 50;
        Listener listener = running.start("sending", connection -> Sending.thenDone(PENDING));
        long before = Memory.used();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            clients.add(Running.connectNarrow(listener));
        }
        for (Socket client : clients) {
            String id = running.idOf(client);
            Running.until("the peer holds it up", () -> waitsFor(id).startsWith("the peer to take"));
        }

        // Of each: what its inbox holds, what is written and not taken, one chunk on the way.
        assertThat(Memory.used() - before).isLessThan(readers * 4L * BOUND + 8 * MIB);

        for (Socket client : clients) {
            client.setSoLinger(true, 0);
            Running.hangUp(client);
        }
        Running.until("all have ended", () -> running.counts(listener).open() == 0);
    }

    @Test
    void aHandlerThatDoesNotReadSlowsItsPeerDown() throws Exception {
        Silent handler = new Silent();
        Listener listener = running.start("silent", connection -> handler);
        long before = Memory.used();
        try (SocketChannel client =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()))) {
            String id = running.idOf(client.socket());
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(client));
            Running.until(
                    "the handler holds it up",
                    () -> waitsFor(id).startsWith("its handler")
                            && running.view(id).bytesIn() > BOUND);
            ConnectionDetail held = Running.await(running.control().connection(id));

            // One read more than fits into the box, and one more than fits behind it.
            assertThat(held.view().bytesIn()).isBetween((long) BOUND, 4L * BOUND + 256 * 1024);
            assertThat(Memory.used() - before).isLessThan(8 * MIB);
            assertThat(sent).isNotDone();
            assertThat(handler.read()).isZero();

            handler.startReading();
            sent.get(20, TimeUnit.SECONDS);
            Running.until("all has come", () -> handler.read() == PENDING);
            assertThat(handler.readWrong()).isFalse();
            handler.end();
        }
    }

    private static void send(SocketChannel client) {
        try {
            Bytes bytes = new Bytes(0);
            for (int left = PENDING; left > 0; left -= 32 * 1024) {
                ByteBuffer chunk = ByteBuffer.wrap(bytes.next(32 * 1024));
                while (chunk.hasRemaining()) {
                    client.write(chunk);
                }
            }
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As it was at a moment when it waited for its peer; a moment later it may have moved. */
    private ConnectionView heldUpByItsPeer(String id) {
        ConnectionDetail[] seen = {null};
        Running.until("the peer holds it up", () -> {
            seen[0] = Running.await(running.control().connection(id));
            return seen[0].waitsFor().startsWith("the peer to take");
        });
        return seen[0].view();
    }

    private String waitsFor(String id) {
        return Running.await(running.control().connection(id)).waitsFor();
    }
}
