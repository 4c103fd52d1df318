package org.kamaelia.rest;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sends requests as they are, over one connection as long as the server keeps it, and reads whole answers. */
final class RawClient implements AutoCloseable {

    private final Served served;
    private Socket socket;

    /**
     * What came back.
     *
     * @param headers by names in small letters
     */
    record Answered(int status, Map<String, String> headers, String body) {

        String type() {
            return headers.getOrDefault("content-type", "");
        }
    }

    RawClient(Served served) {
        this.served = served;
    }

    /** Empty if the server closed without an answer. */
    Optional<Answered> ask(RawRequest request) throws IOException {
        if (socket == null || !request.framed()) {
            renew();
        }
        Answered answered;
        try {
            socket.getOutputStream().write(request.bytes());
            answered = read(socket.getInputStream(), request.method().equals("HEAD"));
        } catch (EOFException | java.net.SocketException closed) {
            close();
            return Optional.empty();
        }
        boolean last = "close".equalsIgnoreCase(answered.headers.get("connection"))
                || answered.type().startsWith("text/event-stream")
                || !request.framed();
        if (last) {
            close();
        }
        return Optional.of(answered);
    }

    private void renew() throws IOException {
        close();
        socket = served.socket();
        socket.setTcpNoDelay(true);
    }

    private static Answered read(InputStream in, boolean head) throws IOException {
        String[] line = line(in).split(" ", 3);
        int status = Integer.parseInt(line[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String[] parts = header.split(":", 2);
            headers.put(parts[0].strip().toLowerCase(Locale.ROOT), parts[1].strip());
        }
        if (status < 200 && status != 101) {
            return read(in, head); // to go on with the body, which has been sent already
        }
        String length = headers.getOrDefault("content-length", "0");
        boolean none = head || status == 204 || status == 304;
        byte[] body = in.readNBytes(none ? 0 : Integer.parseInt(length));
        return new Answered(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
