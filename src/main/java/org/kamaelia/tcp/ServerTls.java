package org.kamaelia.tcp;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.kamaelia.tcp.TlsOptions.Version;

/**
 * TLS as one listener speaks it, with whatever its certificates are at the time. Each change of them makes
 * another context: what was agreed on with the old ones cannot be resumed with the new. Any thread.
 */
public final class ServerTls {
    /** Those with forward secrecy and authenticated encryption. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Certificates certificates;
    private final TlsOptions options;
    private volatile Made made;

    /** @param revision of all that it is made of */
    private record Made(SslContext context, int revision) {}

    ServerTls(Certificates certificates, TlsOptions options) {
        this.certificates = certificates;
        this.options = options;
        this.made = make();
    }

    /** Makes a context of a content and forgets it: what is wrong with it shows, and the JDK's part is warm. */
    static void tryOut(CertificateContent content) {
        SslContext unused = content.identities().isEmpty()
                ? context(
                        new ServerKeys(List.of(), 0),
                        trusting(content.authorities()),
                        ClientAuth.REQUIRE,
                        Version.TLS_1_2)
                : context(
                        new ServerKeys(content.identities(), 1), trusting(List.of()), ClientAuth.NONE, Version.TLS_1_2);
    }

    /** The same for a server of Vert.x: with what is in use now, so that it is to be told of changes. */
    public ServerSSLOptions sslOptions() {
        ServerSSLOptions ssl = new ServerSSLOptions();
        ssl.setKeyCertOptions(KeyCertOptions.wrap(keys()))
                .setTrustOptions(TrustOptions.wrap(trusting()))
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(versions(options.minVersion())));
        ssl.getEnabledCipherSuites().addAll(CIPHERS);
        return ssl.setClientAuth(
                switch (options.clientAuth()) {
                    case OFF -> io.vertx.core.http.ClientAuth.NONE;
                    case OPTIONAL -> io.vertx.core.http.ClientAuth.REQUEST;
                    case REQUIRED -> io.vertx.core.http.ClientAuth.REQUIRED;
                });
    }

    /**
     * Whether a client with this chain may still come in: its authority may be none any more, or its time may be over.
     *
     * @param chain the client's own certificate first
     */
    public boolean trusts(List<X509Certificate> chain) {
        try {
            trusting()
                    .checkClientTrusted(
                            chain.toArray(new X509Certificate[0]),
                            chain.get(0).getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException no) {
            return false;
        }
    }

    /** Another one whenever one of the certificates is. */
    public int revision() {
        int sum = 0;
        for (String each : options.certificates()) {
            sum += certificates.loaded(each).revision();
        }
        return options.clientCa() == null
                ? sum
                : sum + certificates.loaded(options.clientCa()).revision();
    }

    /** What goes first in a connection's pipeline; it has no time limit of its own. */
    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context().newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    private SslContext context() {
        Made now = made;
        if (now.revision != revision()) {
            synchronized (this) {
                now = made;
                if (now.revision != revision()) {
                    now = make();
                    made = now;
                }
            }
        }
        return now.context;
    }

    private Made make() {
        // First: what changes meanwhile is found out at the next look.
        int revision = revision();
        ClientAuth clients = switch (options.clientAuth()) {
            case OFF -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
        return new Made(context(keys(), trusting(), clients, options.minVersion()), revision);
    }

    private ServerKeys keys() {
        List<Identity> identities = new ArrayList<>();
        for (String each : options.certificates()) {
            identities.addAll(certificates.loaded(each).content().identities());
        }
        int defaults = certificates
                .loaded(options.certificates().get(0))
                .content()
                .identities()
                .size();
        return new ServerKeys(identities, defaults);
    }

    private X509TrustManager trusting() {
        String authorities = options.clientCa();
        return trusting(
                authorities == null
                        ? List.of()
                        : certificates.loaded(authorities).content().authorities());
    }

    private static List<String> versions(Version minVersion) {
        return minVersion == Version.TLS_1_2 ? List.of("TLSv1.3", "TLSv1.2") : List.of("TLSv1.3");
    }

    private static SslContext context(ServerKeys keys, X509TrustManager trust, ClientAuth clients, Version minVersion) {
        try {
            return SslContextBuilder.forServer(keys)
                    .sslProvider(SslProvider.JDK)
                    .protocols(versions(minVersion))
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .clientAuth(clients)
                    .trustManager(trust)
                    .build();
        } catch (IOException unusable) {
            throw new IllegalStateException("TLS cannot be had: " + unusable.getMessage(), unusable);
        }
    }

    /** Without authorities it trusts nobody, where the JDK's own would trust the world's. */
    private static X509TrustManager trusting(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate each : authorities) {
                store.setCertificateEntry(Integer.toString(store.size()), each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException unusable) {
            throw new IllegalStateException("TLS cannot be had: " + unusable.getMessage(), unusable);
        }
    }

    /** Its options. */
    public TlsOptions options() {
        return options;
    }
}
