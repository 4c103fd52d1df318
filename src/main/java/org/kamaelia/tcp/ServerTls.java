package org.kamaelia.tcp;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
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
                ? context(List.of(), 0, content.authorities(), ClientAuth.REQUIRE, Version.TLS_1_2)
                : context(content.identities(), 1, List.of(), ClientAuth.NONE, Version.TLS_1_2);
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

    private int revision() {
        int sum = 0;
        for (String each : options.certificates()) {
            sum += certificates.loaded(each).revision();
        }
        return options.clientCa() == null
                ? sum
                : sum + certificates.loaded(options.clientCa()).revision();
    }

    private Made make() {
        // First: what changes meanwhile is found out at the next look.
        int revision = revision();
        List<Identity> identities = new ArrayList<>();
        for (String each : options.certificates()) {
            identities.addAll(certificates.loaded(each).content().identities());
        }
        int defaults = certificates
                .loaded(options.certificates().get(0))
                .content()
                .identities()
                .size();
        List<X509Certificate> authorities = options.clientCa() == null
                ? List.of()
                : certificates.loaded(options.clientCa()).content().authorities();
        ClientAuth clients = switch (options.clientAuth()) {
            case OFF -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
        return new Made(context(identities, defaults, authorities, clients, options.minVersion()), revision);
    }

    private static SslContext context(
            List<Identity> identities,
            int defaults,
            List<X509Certificate> authorities,
            ClientAuth clients,
            Version minVersion) {
        List<String> versions = Stream.of("TLSv1.3", minVersion == Version.TLS_1_2 ? "TLSv1.2" : null)
                .flatMap(Stream::ofNullable)
                .toList();
        try {
            return SslContextBuilder.forServer(new ServerKeys(identities, defaults))
                    .sslProvider(SslProvider.JDK)
                    .protocols(versions)
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .clientAuth(clients)
                    .trustManager(trusting(authorities))
                    .build();
        } catch (GeneralSecurityException | IOException unusable) {
            throw new IllegalStateException("TLS cannot be had: " + unusable.getMessage(), unusable);
        }
    }

    /** Without authorities it trusts nobody, where the JDK's own would trust the world's. */
    private static TrustManagerFactory trusting(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate each : authorities) {
            store.setCertificateEntry(Integer.toString(store.size()), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** Its options. */
    public TlsOptions options() {
        return options;
    }
}
