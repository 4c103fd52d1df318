package org.kamaelia.tcp;

import java.security.Principal;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a connection and its peer have agreed on.
 *
 * @param version {@code TLSv1.3}
 * @param cipher the cipher suite
 * @param sni the name that the peer asked for, lower case; null if it asked for none
 * @param peerSubject whom the peer's certificate is for, as RFC 2253 writes it; null if it showed none
 */
public record TlsFacts(
        String version,
        String cipher,
        @Nullable String sni,
        @Nullable String peerSubject) {
    static TlsFacts of(SSLSession session) {
        return new TlsFacts(
                session.getProtocol(), session.getCipherSuite(), ServerKeys.requestedName(session), subject(session));
    }

    private static @Nullable String subject(SSLSession session) {
        try {
            Principal peer = session.getPeerPrincipal();
            return peer instanceof X500Principal subject ? subject.getName() : String.valueOf(peer);
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
