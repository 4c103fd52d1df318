package org.kamaelia.rest;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.kamaelia.control.AdminAuth;
import org.kamaelia.control.Tokens.Holder;
import org.kamaelia.rest.Credentials.Finding;
import org.kamaelia.tcp.ServerTls;

/**
 * Callers by the certificate that they showed when they connected. The handshake has proved it; that it has not run out since,
 * and that its authority is still one, is looked at again, for connections may live long. Any thread.
 */
final class ClientCertificates {

    private final ServerTls tls;
    private final AdminAuth auth;
    /** What was found for a connection, and with which of the authorities' revisions. */
    private final Map<HttpConnection, Checked> checked = Collections.synchronizedMap(new WeakHashMap<>());

    private record Checked(int revision, boolean trusted) {}

    ClientCertificates(ServerTls tls, AdminAuth auth) {
        this.tls = tls;
        this.auth = auth;
    }

    /**
     * Who is behind the connection.
     *
     * @param none what to say to those without a certificate
     */
    Finding of(HttpServerRequest request, String none) {
        List<X509Certificate> chain = shown(request.sslSession());
        if (chain.isEmpty()) {
            return Finding.nobody(none + ", or show a client certificate");
        }
        X509Certificate own = chain.get(0);
        String subject = own.getSubjectX500Principal().getName();
        if (!trusted(request.connection(), chain)) {
            return Finding.nobody("the certificate of " + subject + " is not, or no longer, of use here");
        }
        return auth.client(own.getSubjectX500Principal())
                .map(client -> Finding.known(new Holder(subject, client.role())))
                .orElseGet(() -> Finding.nobody("the certificate of " + subject + " is not in admin.auth.clients"));
    }

    private static List<X509Certificate> shown(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    private boolean trusted(HttpConnection connection, List<X509Certificate> chain) {
        int revision = tls.revision();
        Checked before = checked.get(connection);
        if (before == null || before.revision() != revision) {
            before = new Checked(revision, tls.trusts(chain));
            checked.put(connection, before);
        }
        return before.trusted() && isInTime(chain.get(0));
    }

    private static boolean isInTime(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException over) {
            return false;
        }
    }
}
