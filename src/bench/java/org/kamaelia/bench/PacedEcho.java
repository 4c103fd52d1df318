package org.kamaelia.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Frames that leave by the clock, whether those before have come back or not, over connections in turn. A latency counts from
 * when its frame was due, so that a server that stands still is charged with all that had to wait. For one thread.
 *
 * @param perSecond frames, of all connections together
 */
record PacedEcho(int connections, int perSecond) {

    private static final int FRAME_BYTES = 64;

    /**
     * Runs for a time.
     *
     * @param latencies of the frames that were due after the ramp
     * @return how many of these came back
     */
    long run(InetSocketAddress server, Duration ramp, Duration measured, Latencies latencies) throws IOException {
        List<SocketChannel> opened = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(server);
                opened.add(channel);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Line line = new Line(channel);
                channel.register(selector, SelectionKey.OP_READ, line);
                lines.add(line);
            }
            return new Run(selector, lines, latencies).drive(ramp, measured);
        } finally {
            for (SocketChannel channel : opened) {
                channel.close();
            }
        }
    }

    /** One run. */
    private final class Run {

        private final Selector selector;
        private final List<Line> lines;
        private final Latencies latencies;
        private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
        private final ByteBuffer received = ByteBuffer.allocateDirect(1 << 16);
        private long counted;
        private long countFrom;

        Run(Selector selector, List<Line> lines, Latencies latencies) {
            this.selector = selector;
            this.lines = lines;
            this.latencies = latencies;
        }

        long drive(Duration ramp, Duration measured) throws IOException {
            long begin = System.nanoTime();
            long gap = SECONDS.toNanos(1) / perSecond;
            countFrom = begin + ramp.toNanos();
            long end = countFrom + measured.toNanos();
            long due = begin;
            int next = 0;
            while (due - end < 0) {
                long now = System.nanoTime();
                for (; due - now <= 0 && due - end < 0; due += gap) {
                    send(lines.get(next), due);
                    next = next + 1 == lines.size() ? 0 : next + 1;
                }
                selector.selectNow(key -> receive((Line) key.attachment()));
            }
            long patience = end + SECONDS.toNanos(5);
            while (lines.stream().anyMatch(line -> !line.due.isEmpty())) {
                selector.select(key -> receive((Line) key.attachment()), 20);
                if (System.nanoTime() - patience > 0) {
                    throw new IOException("frames are still missing 5 s after the last was sent");
                }
            }
            return counted;
        }

        private void send(Line line, long due) throws IOException {
            frame.clear();
            if (line.channel.write(frame) < FRAME_BYTES) {
                throw new IOException("the server does not keep up with " + perSecond + " frames a second");
            }
            line.due.add(due);
        }

        private void receive(Line line) {
            try {
                received.clear();
                int count = line.channel.read(received);
                if (count < 0) {
                    throw new IOException("closed by the server");
                }
                long now = System.nanoTime();
                line.bytes += count;
                for (; line.bytes >= FRAME_BYTES; line.bytes -= FRAME_BYTES) {
                    long due = line.due.remove();
                    if (due - countFrom >= 0) {
                        latencies.record(now - due);
                        counted++;
                    }
                }
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            }
        }
    }

    /** One connection. */
    private static final class Line {

        final SocketChannel channel;
        /** Of the frames on their way, the oldest first. */
        final Queue<Long> due = new ArrayDeque<>();

        int bytes;

        Line(SocketChannel channel) {
            this.channel = channel;
        }
    }
}
