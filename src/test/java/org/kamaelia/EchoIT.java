package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes in comes out: much of it, for many at once. */
@ParameterizedClass
@EnumSource(Transport.class)
class EchoIT {
    private static final int MIB = 1 << 20;

    @Parameter
    Transport transport;

    private Running running;
    private Listener echo;

    @BeforeEach
    void start() {
        running = new Running(transport);
        echo = running.start(Running.on("echo"));
    }

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aLongStreamComesBackAsItWent() throws Exception {
        try (Socket client = Running.connect(echo)) {
            int mebibytes = transport == Transport.NATIVE ? 1024 : 128;
            CompletableFuture<String> sent = CompletableFuture.supplyAsync(() -> send(client, mebibytes));

            MessageDigest come = Bytes.sha256();
            byte[] chunk = new byte[256 * 1024];
            long count = 0;
            InputStream in = client.getInputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                come.update(chunk, 0, read);
                count += read;
            }

            assertThat(count).isEqualTo((long) mebibytes * MIB);
            assertThat(Bytes.hex(come)).isEqualTo(sent.get(20, TimeUnit.SECONDS));
        }
    }

    /** Sends random bytes, ends the sending side, and tells their digest. */
    private static String send(Socket client, int mebibytes) {
        try {
            MessageDigest digest = Bytes.sha256();
            byte[] chunk = new byte[MIB];
            new Random(mebibytes).nextBytes(chunk);
            OutputStream out = client.getOutputStream();
            for (int i = 0; i < mebibytes; i++) {
                chunk[i]++;
                digest.update(chunk);
                out.write(chunk);
            }
            client.shutdownOutput();
            return Bytes.hex(digest);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aThousandConnectionsEachGetTheirOwn() throws Exception {
        int connections = 1_000;
        int each = 32 * 1024;
        int done = 0;
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.port()));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, new Client(i, each));
            }
            // All are open before the first of them says a word.
            Running.until("all are open", () -> running.counts(echo).open() == connections);
            byte[] chunk = new byte[8 * 1024];
            while (done < connections) {
                assertThat(selector.select(20_000))
                        .as("something moves; done: " + done)
                        .isPositive();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (((Client) key.attachment()).move(key, chunk)) {
                        key.channel().close();
                        done++;
                    }
                }
                selector.selectedKeys().clear();
            }
        }
        assertThat(done).isEqualTo(connections);
        Running.until("all are closed", () -> running.counts(echo).open() == 0);
        assertThat(running.counts(echo).closed()).isEqualTo(connections);
        assertThat(Running.await(echo.view()).bytesIn()).isEqualTo((long) connections * each);
        assertThat(Running.await(echo.view()).bytesOut()).isEqualTo((long) connections * each);
    }

    /** One of many: sends its own pattern in pieces of odd sizes and holds what comes back against it. */
    private static final class Client {
        private final int number;
        private final Bytes toSend;
        private final Bytes toCome;
        private final int length;
        private ByteBuffer unsent = ByteBuffer.allocate(0);

        Client(int number, int length) {
            this.number = number;
            this.toSend = new Bytes(number);
            this.toCome = new Bytes(number);
            this.length = length;
        }

        /** Sends and reads what it can; true at the end. */
        boolean move(SelectionKey key, byte[] chunk) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            if (key.isWritable()) {
                send(key, channel);
            }
            if (!key.isReadable()) {
                return false;
            }
            int read = channel.read(ByteBuffer.wrap(chunk));
            if (read < 0) {
                assertThat(toCome.count()).as("client " + number).isEqualTo(length);
                return true;
            }
            assertThat(toCome.matches(chunk, read))
                    .as("client %d before place %d", number, toCome.count())
                    .isTrue();
            return false;
        }

        private void send(SelectionKey key, SocketChannel channel) throws IOException {
            if (!unsent.hasRemaining()) {
                int part = (int) Math.min(1 + (toSend.count() * 31 + number) % 4999, length - toSend.count());
                if (part == 0) {
                    channel.shutdownOutput();
                    key.interestOps(SelectionKey.OP_READ);
                    return;
                }
                unsent = ByteBuffer.wrap(toSend.next(part));
            }
            channel.write(unsent);
        }
    }
}
