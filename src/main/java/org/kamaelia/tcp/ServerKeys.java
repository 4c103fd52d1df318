package org.kamaelia.tcp;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the identity that a client gets: one that has the name it asks for (SNI), else one with a wildcard
 * for it, else of the default ones; always with a key of a kind that the client knows. An alias is an index.
 */
final class ServerKeys extends X509ExtendedKeyManager {
    private final List<Identity> identities;
    private final int defaults;

    /**
     * A choice.
     *
     * @param defaults so many of the first serve whoever asks for no name, or for one that nobody has
     */
    ServerKeys(List<Identity> identities, int defaults) {
        this.identities = List.copyOf(identities);
        this.defaults = defaults;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        String name = engine == null ? null : requestedName(engine.getHandshakeSession());
        if (name != null) {
            for (Predicate<Identity> fits :
                    List.<Predicate<Identity>>of(each -> each.isFor(name), each -> each.coversBeneath(name))) {
                if (identities.stream().anyMatch(fits)) {
                    return choose(keyType, identities.size(), fits);
                }
            }
        }
        return choose(keyType, defaults, any -> true);
    }

    private @Nullable String choose(String keyType, int among, Predicate<Identity> fits) {
        for (int i = 0; i < among; i++) {
            Identity each = identities.get(i);
            if (each.key().getAlgorithm().equals(keyType) && fits.test(each)) {
                return Integer.toString(i);
            }
        }
        return null;
    }

    /** The name that a client asks for, lower case; null if it asks for none. */
    static @Nullable String requestedName(@Nullable SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName each : extended.getRequestedServerNames()) {
                if (each instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType, defaults, any -> true);
    }

    // ---- servers only

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
