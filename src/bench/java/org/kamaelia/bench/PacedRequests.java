package org.kamaelia.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
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
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to a control plane at random distances, as of operators who do not know of one another, over kept connections in
 * turn. On each the next leaves when that before it has been answered. An answer's status and length is all that is looked at.
 */
final class PacedRequests implements PacedLoad {

    private static final long SEED = 1;
    private static final int LARGEST = 1 << 20;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private final long gap;
    private final List<ByteBuffer> requests;
    private final List<Line> lines = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private long countFrom;
    private long due;
    private int next;
    private long answered;

    /**
     * @param connections to the plane
     * @param perSecond requests, of all connections together
     * @param requests whole ones, asked in turn
     */
    PacedRequests(InetSocketAddress plane, int connections, int perSecond, List<String> requests) throws IOException {
        this.gap = SECONDS.toNanos(1) / perSecond;
        this.requests = requests.stream().map(US_ASCII::encode).toList();
        try {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(plane);
                lines.add(new Line(channel));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
            }
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    /** A whole request. */
    static String request(String method, String path, String json) {
        String type =
                json.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n";
        return method + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\n" + type + "\r\n" + json;
    }

    @Override
    public void begin(Selector selector, long now, long firstCounted) throws IOException {
        for (Line line : lines) {
            line.channel.register(selector, SelectionKey.OP_READ, line);
        }
        countFrom = firstCounted;
        due = now + distance();
    }

    @Override
    public void leave(long now) throws IOException {
        for (; due - now <= 0; due += distance()) {
            lines.get(next % lines.size()).ask(new Asked(requests.get(next % requests.size()), due));
            next++;
        }
    }

    /** Exponential, so that how many come at a time is as with many who each come seldom. */
    private long distance() {
        return Math.round(-gap * Math.log(1 - random.nextDouble()));
    }

    @Override
    public boolean isSettled() {
        return lines.stream().allMatch(line -> line.asked.isEmpty());
    }

    /** Of the requests that count. */
    Latencies latencies() {
        return latencies;
    }

    /** How many have been answered, whether they count or not. */
    long answered() {
        return answered;
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.channel.close();
        }
    }

    private record Asked(ByteBuffer request, long due) {}

    /** One connection. */
    private final class Line implements Runnable {

        final SocketChannel channel;
        /** The first is on its way. */
        final Queue<Asked> asked = new ArrayDeque<>();

        private final ByteBuffer answer = ByteBuffer.allocate(LARGEST);
        /** Of the answer that comes in; -1 before its headers are there. */
        private int length = -1;

        Line(SocketChannel channel) {
            this.channel = channel;
        }

        void ask(Asked more) throws IOException {
            asked.add(more);
            if (asked.size() == 1) {
                send();
            }
        }

        private void send() throws IOException {
            Asked first = asked.peek();
            if (first != null && channel.write(first.request.duplicate()) < first.request.remaining()) {
                throw new IOException("the plane does not take a request");
            }
        }

        @Override
        public void run() {
            try {
                if (channel.read(answer) < 0) {
                    throw new IOException("closed by the plane");
                }
                if (length < 0) {
                    length = readHead();
                }
                if (length >= 0 && answer.position() >= length) {
                    Asked first = asked.remove();
                    if (first.due - countFrom >= 0) {
                        latencies.record(System.nanoTime() - first.due);
                    }
                    answered++;
                    answer.clear();
                    length = -1;
                    send();
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        /** The length of the whole answer; -1 while not all of its head is there. */
        private int readHead() throws IOException {
            byte[] bytes = answer.array();
            int end = 3;
            while (end < answer.position() && !(bytes[end] == '\n' && bytes[end - 2] == '\n')) {
                end++;
            }
            if (end >= answer.position()) {
                return -1;
            }
            String head = new String(bytes, 0, end + 1, US_ASCII);
            if (!head.startsWith("HTTP/1.1 2")) {
                throw new IOException(
                        "a request failed: " + head.lines().findFirst().orElse(""));
            }
            Matcher found = LENGTH.matcher(head);
            return end + 1 + (found.find() ? Integer.parseInt(found.group(1)) : 0);
        }
    }
}
