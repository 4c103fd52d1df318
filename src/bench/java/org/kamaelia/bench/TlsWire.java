package org.kamaelia.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Bytes in TLS 1.3, with one cipher for all, so that no server does other work than another. It believes whoever answers.
 */
final class TlsWire implements Wire {

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHERS = {"TLS_AES_128_GCM_SHA256"};
    private static final SSLContext CONTEXT = context();
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;
    /** What came and is not a whole record yet; ready to be filled. */
    private final ByteBuffer incoming;
    /** What is sealed and has not left; ready to be filled. */
    private final ByteBuffer outgoing;

    private final int recordBytes;

    private TlsWire(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        this.recordBytes = engine.getSession().getPacketBufferSize();
        this.incoming = ByteBuffer.allocateDirect(2 * recordBytes);
        this.outgoing = ByteBuffer.allocateDirect(Pattern.MAX_SLICE + 2 * recordBytes);
    }

    /** Returns when the handshake is done. */
    static TlsWire open(SocketChannel connected) throws IOException {
        SSLEngine engine = CONTEXT.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(CIPHERS);
        TlsWire wire = new TlsWire(connected, engine);
        wire.shakeHands();
        return wire;
    }

    private void shakeHands() throws IOException {
        engine.beginHandshake();
        ByteBuffer application = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        for (HandshakeStatus next = engine.getHandshakeStatus();
                next != HandshakeStatus.NOT_HANDSHAKING && next != HandshakeStatus.FINISHED;
                next = engine.getHandshakeStatus()) {
            switch (next) {
                case NEED_WRAP -> write(NOTHING);
                case NEED_TASK -> runTasks();
                default -> {
                    if (unwrap(application) == SSLEngineResult.Status.BUFFER_UNDERFLOW && channel.read(incoming) < 0) {
                        throw new EOFException("the server closed during the handshake");
                    }
                }
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        if (channel.read(incoming) < 0) {
            return -1;
        }
        while (unwrap(into) == SSLEngineResult.Status.OK) {
            runTasks();
        }
        return into.position() - before;
    }

    private SSLEngineResult.Status unwrap(ByteBuffer into) throws IOException {
        incoming.flip();
        try {
            return incoming.hasRemaining()
                    ? engine.unwrap(incoming, into).getStatus()
                    : SSLEngineResult.Status.BUFFER_UNDERFLOW;
        } finally {
            incoming.compact();
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int before = from.position();
        do {
            if (outgoing.remaining() < recordBytes && !flush()) {
                break;
            }
            engine.wrap(from, outgoing);
        } while (from.hasRemaining());
        int taken = from.position() - before;
        boolean unused = flush();
        return taken;
    }

    @Override
    public boolean flush() throws IOException {
        outgoing.flip();
        try {
            channel.write(outgoing);
            return !outgoing.hasRemaining();
        } finally {
            outgoing.compact();
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException unavailable) {
            throw new IllegalStateException("no TLS in this JVM: " + unavailable.getMessage(), unavailable);
        }
    }

    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
