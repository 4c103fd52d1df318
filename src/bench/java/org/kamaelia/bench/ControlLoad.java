package org.kamaelia.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests to a control plane, by the clock, over one connection that is kept, until it is told to stop. A client of its own
 * thread; what it spends on an answer is its length and its status.
 */
final class ControlLoad implements Runnable, AutoCloseable {

    private static final int READ_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final List<byte[]> requests;
    private final int perSecond;
    private final Latencies latencies = new Latencies();
    private final byte[] body = new byte[1 << 20];
    private volatile boolean stopping;
    private final AtomicLong done = new AtomicLong();
    private volatile String problem = "";

    /**
     * @param requests whole ones, asked in turn
     * @param perSecond of this client
     */
    ControlLoad(InetSocketAddress plane, List<String> requests, int perSecond) throws IOException {
        this.socket = new Socket(plane.getAddress(), plane.getPort());
        this.socket.setTcpNoDelay(true);
        this.socket.setSoTimeout(READ_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.requests =
                requests.stream().map(request -> request.getBytes(US_ASCII)).toList();
        this.perSecond = perSecond;
    }

    /** A whole request. */
    static String request(String method, String path, String json) {
        String type =
                json.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n";
        return method + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\n" + type + "\r\n" + json;
    }

    @Override
    public void run() {
        try {
            long gap = SECONDS.toNanos(1) / perSecond;
            long due = System.nanoTime();
            for (int next = 0; !stopping; next = next + 1 == requests.size() ? 0 : next + 1) {
                for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
                    Thread.sleep(0, (int) Math.min(999_999, due - now));
                }
                String answer = ask(requests.get(next));
                if (!answer.startsWith("HTTP/1.1 2")) {
                    throw new IOException(new String(requests.get(next), US_ASCII)
                                    .lines()
                                    .findFirst()
                                    .orElse("") + ": " + answer);
                }
                latencies.record(System.nanoTime() - due);
                done.incrementAndGet();
                due += gap;
            }
        } catch (IOException e) {
            problem = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks once, now. */
    String askFor(String request) throws IOException {
        String status = ask(request.getBytes(US_ASCII));
        if (!status.startsWith("HTTP/1.1 2")) {
            throw new IOException(status + " to " + request);
        }
        return new String(body, 0, lastLength, US_ASCII);
    }

    private int lastLength;

    /** The first line of the answer; its body is in {@link #body}. */
    private String ask(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        String status = line();
        lastLength = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                lastLength = Integer.parseInt(header.substring(15).strip());
            }
        }
        if (in.readNBytes(body, 0, lastLength) < lastLength) {
            throw new IOException("the plane closed within an answer");
        }
        return status;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the plane closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    void stop() {
        stopping = true;
    }

    long done() {
        return done.get();
    }

    /** What went wrong; empty if nothing did. */
    String problem() {
        return problem;
    }

    /** Once it has ended. */
    Latencies latencies() {
        return latencies;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
