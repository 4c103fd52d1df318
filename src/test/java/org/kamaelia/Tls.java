package org.kamaelia;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Clients that speak TLS, and trust whoever answers: who that is a test asks them. */
public final class Tls {
    private Tls() {}

    static SSLContext trustingAll() {
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
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {all}, new SecureRandom());
            return context;
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The same connection, in TLS from here on; the handshake is done. */
    public static SSLSocket over(Socket plain, String... versions) throws IOException {
        return asking(null, plain, versions);
    }

    /** The same, asking for a name; null for none. */
    static SSLSocket asking(String name, Socket plain, String... versions) throws IOException {
        SSLSocket secure =
                (SSLSocket) trustingAll().getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        if (name != null) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    /** What a client says first. */
    static byte[] clientHello() throws IOException {
        SSLEngine engine = trustingAll().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), hello);
        hello.flip();
        byte[] bytes = new byte[hello.remaining()];
        hello.get(bytes);
        return bytes;
    }

    /** Whom the server says it is. */
    static String server(SSLSocket secure) throws IOException {
        return ((X509Certificate) secure.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }
}
