package org.kamaelia.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that each keep a fixed number of frames on their way: as one comes back the next leaves, and what a single
 * read brings back leaves again in a single write. With many large frames in flight it is a stream that flows both ways
 * without a pause.
 *
 * <p>On {@code java.nio} with a level-triggered selector and direct buffers, which costs the client little more than the
 * system calls: no pipeline, no buffer to allocate, nothing to collect.
 *
 * @param frameBytes at most {@link Pattern#MAX_SLICE}, so that any number of bytes read fits one comparison
 * @param depth frames on their way on each connection
 */
record FrameLoad(int connections, int frameBytes, int depth, Wire.Kind wire) implements Load {

    private static final int CONNECT_MILLIS = 5_000;

    /** In the clear. */
    FrameLoad(int connections, int frameBytes, int depth) {
        this(connections, frameBytes, depth, Wire.Kind.PLAIN);
    }

    @Override
    public void run(InetSocketAddress server, Meter meter) throws IOException {
        List<SocketChannel> opened = new ArrayList<>(connections);
        List<Stream> streams = new ArrayList<>(connections);
        try (Selector selector = Selector.open()) {
            ByteBuffer received = ByteBuffer.allocateDirect(Pattern.MAX_SLICE);
            for (int number = 0; number < connections; number++) {
                SocketChannel channel = connect(server);
                opened.add(channel);
                Wire bytes = wire.open(channel);
                channel.configureBlocking(false);
                streams.add(new Stream(number, channel, bytes, selector, received, meter));
            }
            streams.forEach(Stream::begin);
            meter.drive(selector, FrameLoad::ready);
            streams.forEach(Stream::startNothingNew);
            meter.drain(selector, FrameLoad::ready, () -> streams.stream().allMatch(Stream::settled));
        } finally {
            for (SocketChannel channel : opened) {
                channel.close();
            }
        }
    }

    private static void ready(SelectionKey key) {
        ((Stream) key.attachment()).ready();
    }

    private static SocketChannel connect(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(server, CONNECT_MILLIS);
            return channel;
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** One connection. */
    private final class Stream {

        private final Wire wire;
        private final SelectionKey key;
        private final ByteBuffer received;
        private final Meter meter;
        private final Pattern outgoing;
        private final Pattern expected;
        /** When each frame on its way was started; the oldest is at {@code oldest}. */
        private final long[] startedAt = new long[depth];

        private int oldest;
        private int waiting;
        private int receivedOfOldest;
        private long bytesToSend;
        private long bytesOut;
        private boolean writing;
        private boolean stopping;
        private boolean failed;

        Stream(int number, SocketChannel channel, Wire wire, Selector selector, ByteBuffer received, Meter meter)
                throws IOException {
            this.wire = wire;
            this.key = channel.register(selector, SelectionKey.OP_READ, this);
            this.received = received;
            this.meter = meter;
            this.outgoing = new Pattern(number);
            this.expected = new Pattern(number);
        }

        void begin() {
            try {
                startFrames(depth, System.nanoTime());
                write();
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        void startNothingNew() {
            stopping = true;
        }

        boolean settled() {
            return failed || waiting == 0;
        }

        void ready() {
            try {
                if (key.isReadable()) {
                    read();
                }
                if (bytesToSend > 0 || writing) {
                    write();
                }
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        private void read() throws IOException {
            received.clear();
            int count = wire.read(received);
            long now = System.nanoTime();
            if (count < 0) {
                fail("closed by the server");
            } else if (count > bytesOut) {
                fail("more came back than was sent");
            } else if (received.flip().mismatch(expected.next(count)) >= 0) {
                fail("other bytes came back than were sent");
            } else {
                expected.advance(count);
                bytesOut -= count;
                meter.echoed(count);
                int ended = endFrames(count, now);
                if (!stopping) {
                    startFrames(ended, now);
                }
            }
        }

        private int endFrames(int count, long now) {
            int ended = 0;
            receivedOfOldest += count;
            while (receivedOfOldest >= frameBytes) {
                receivedOfOldest -= frameBytes;
                meter.completed(now - startedAt[oldest]);
                oldest = oldest + 1 == depth ? 0 : oldest + 1;
                ended++;
            }
            waiting -= ended;
            return ended;
        }

        private void startFrames(int count, long now) {
            for (int frame = 0; frame < count; frame++) {
                startedAt[(oldest + waiting) % depth] = now;
                waiting++;
            }
            bytesToSend += (long) count * frameBytes;
        }

        private void write() throws IOException {
            while (bytesToSend > 0) {
                int length = (int) Math.min(bytesToSend, Pattern.MAX_SLICE);
                int written = wire.write(outgoing.next(length));
                outgoing.advance(written);
                bytesToSend -= written;
                bytesOut += written;
                if (written < length) {
                    break;
                }
            }
            boolean blocked = !wire.flush() || bytesToSend > 0;
            if (blocked != writing) {
                writing = blocked;
                key.interestOps(blocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
        }

        /** This connection is lost to the rest of the round; the others go on. */
        private void fail(String what) {
            failed = true;
            bytesToSend = 0;
            meter.error(what);
            key.cancel();
        }
    }
}
