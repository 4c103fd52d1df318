package org.kamaelia.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Frames that are echoed, at even distances, over connections in turn. */
final class PacedEcho implements PacedLoad {

    private static final int FRAME_BYTES = 64;

    private final long gap;
    private final List<Line> lines = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
    private final ByteBuffer received = ByteBuffer.allocateDirect(1 << 16);
    private long countFrom;
    private long due;
    private int next;

    /** @param perSecond frames, of all connections together */
    PacedEcho(InetSocketAddress server, int connections, int perSecond) throws IOException {
        this.gap = SECONDS.toNanos(1) / perSecond;
        try {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(server);
                lines.add(new Line(channel));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
            }
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void begin(Selector selector, long now, long firstCounted) throws IOException {
        for (Line line : lines) {
            line.channel.register(selector, SelectionKey.OP_READ, line);
        }
        due = now;
        countFrom = firstCounted;
    }

    @Override
    public void leave(long now) throws IOException {
        for (; due - now <= 0; due += gap) {
            lines.get(next).send(due);
            next = next + 1 == lines.size() ? 0 : next + 1;
        }
    }

    @Override
    public boolean isSettled() {
        return lines.stream().allMatch(line -> line.due.isEmpty());
    }

    /** Of the frames that count. */
    Latencies latencies() {
        return latencies;
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.channel.close();
        }
    }

    /** One connection. */
    private final class Line implements Runnable {

        final SocketChannel channel;
        /** Of the frames on their way, the oldest first. */
        final Queue<Long> due = new ArrayDeque<>();

        int bytes;

        Line(SocketChannel channel) {
            this.channel = channel;
        }

        void send(long when) throws IOException {
            frame.clear();
            if (channel.write(frame) < FRAME_BYTES) {
                throw new IOException("the server does not keep up with the frames");
            }
            due.add(when);
        }

        @Override
        public void run() {
            try {
                received.clear();
                int count = channel.read(received);
                if (count < 0) {
                    throw new IOException("closed by the server");
                }
                long now = System.nanoTime();
                bytes += count;
                for (; bytes >= FRAME_BYTES; bytes -= FRAME_BYTES) {
                    long when = due.remove();
                    if (when - countFrom >= 0) {
                        latencies.record(now - when);
                    }
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
