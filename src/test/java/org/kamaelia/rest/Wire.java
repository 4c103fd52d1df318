package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** One connection to a plane, byte by byte: it says what it is told to, from any address of loopback. */
final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    /**
     * One answer.
     *
     * @param headers by name in lower case
     * @param body empty where there is no length, as with a stream
     */
    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        JsonObject json() {
            return new JsonObject(body);
        }

        /** Of a problem, in short. */
        String type() {
            return json().getString("type").replace("urn:kamaelia:problem:", "");
        }

        String detail() {
            return json().getString("detail");
        }
    }

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static Wire to(int port) throws IOException {
        return new Wire(connect(port, "127.0.0.1"));
    }

    static Wire from(String address, int port) throws IOException {
        return new Wire(connect(port, address));
    }

    /** The same over TLS; the handshake is done. */
    static Wire secure(SSLContext as, int port, String... versions) throws IOException {
        return secureFrom("127.0.0.1", as, port, versions);
    }

    static Wire secureFrom(String address, SSLContext as, int port, String... versions) throws IOException {
        Socket plain = connect(port, address);
        try {
            SSLSocket secure = (SSLSocket) as.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
            if (versions.length > 0) {
                secure.setEnabledProtocols(versions);
            }
            secure.startHandshake();
            return new Wire(secure);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket connect(int port, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(15_000);
        return socket;
    }

    /** A client that trusts every server and shows this certificate; null for none. */
    static SSLContext client(Path certificate, Path key) throws Exception {
        TrustManager all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        KeyManager[] keys = null;
        if (certificate != null) {
            Vertx vertx = Vertx.vertx();
            keys = new PemKeyCertOptions()
                    .addCertPath(certificate.toString())
                    .addKeyPath(key.toString())
                    .getKeyManagerFactory(vertx)
                    .getKeyManagers();
            vertx.close();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {all}, new SecureRandom());
        return context;
    }

    /** Whom the server's certificate is for. */
    String server() throws SSLPeerUnverifiedException {
        X509Certificate certificate =
                (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Asks for a path with GET. */
    Answer get(String path, String... headers) throws IOException {
        return ask("GET " + path, "", headers);
    }

    /** Asks: a method and a path, with the headers that every request has, and a body if it is not empty. */
    Answer ask(String what, String body, String... headers) throws IOException {
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        StringBuilder more = new StringBuilder();
        for (String each : headers) {
            more.append(each).append("\r\n");
        }
        say(what + " HTTP/1.1\r\nHost: localhost\r\n" + length + more + "\r\n" + body);
        return hear(!what.startsWith("HEAD"));
    }

    /** The next answer. */
    Answer hear(boolean withBody) throws IOException {
        String first = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = withBody ? Integer.parseInt(headers.getOrDefault("content-length", "0")) : 0;
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(first.substring(9, 12)), headers, body);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int each = in.read();
        while (each != '\n') {
            if (each < 0) {
                throw new EOFException("closed after: " + line);
            }
            if (each != '\r') {
                line.write(each);
            }
            each = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Whether a line that begins like this comes before the end. */
    boolean hears(String beginning) throws IOException {
        try {
            while (!line().startsWith(beginning)) {
                // until it does, or nothing comes any more
            }
            return true;
        } catch (EOFException end) {
            return false;
        }
    }

    /** Whether the server closes it without another word. */
    boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
