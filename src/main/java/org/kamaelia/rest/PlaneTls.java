package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.kamaelia.control.AdminAuth;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ServerTls;
import org.kamaelia.tcp.TlsOptions;
import org.kamaelia.tcp.TlsOptions.ClientCertificates;

/**
 * TLS as the plane speaks it, 1.2 and 1.3. Its certificates are watched: others serve the connections that come after, those
 * that are open live on. Clients are asked for certificates where some count, and need not have any.
 */
final class PlaneTls {

    private static final String OWN = "admin.tls";
    private static final String AUTHORITIES = "admin.auth";

    private final Certificates certificates;
    private final ServerTls tls;
    private Runnable forget = () -> {};

    private PlaneTls(Certificates certificates, ServerTls tls) {
        this.certificates = certificates;
        this.tls = tls;
    }

    /**
     * Loads what the options name.
     *
     * @param configured certificates that listeners may name
     * @return fails with {@link InvalidOptions} naming what is at fault
     */
    static Future<PlaneTls> load(Certificates configured, AdminOptions.Tls shown, AdminAuth auth) {
        Map<String, CertificateFiles> own = new LinkedHashMap<>();
        CertificateFiles files = shown.files();
        if (files != null) {
            own.put(OWN, files);
        }
        Path clientCa = auth.clientCa();
        if (clientCa != null) {
            own.put(AUTHORITIES, new CertificateFiles.Authorities(clientCa));
        }
        TlsOptions named =
                TlsOptions.of(files == null ? shown.certificates().toArray(String[]::new) : new String[] {OWN});
        TlsOptions options = clientCa == null ? named : named.clients(ClientCertificates.OPTIONAL, AUTHORITIES);
        return configured.with(own).map(all -> new PlaneTls(all, serverTls(all, options)));
    }

    /** @throws InvalidOptions naming what is at fault with what the options name; blocks */
    static void check(Certificates configured, AdminOptions.Tls shown, AdminAuth auth) {
        try {
            load(configured, shown, auth)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .stop();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof InvalidOptions invalid) {
                throw invalid;
            }
            throw failed;
        }
    }

    private static ServerTls serverTls(Certificates all, TlsOptions options) {
        try {
            return all.serverTls(options);
        } catch (InvalidOptions unknown) {
            all.stop();
            throw unknown.under("/admin");
        }
    }

    /** Who it is, and whom it trusts. */
    ServerTls server() {
        return tls;
    }

    /** Another one whenever a certificate is. */
    int revision() {
        return tls.revision();
    }

    /** Makes a server to be speak TLS, with what the certificates are now. */
    void into(HttpServerOptions server) {
        ServerSSLOptions ssl = tls.sslOptions();
        server.setSsl(true)
                .setKeyCertOptions(ssl.getKeyCertOptions())
                .setTrustOptions(ssl.getTrustOptions())
                .setClientAuth(ssl.getClientAuth())
                .setEnabledSecureTransportProtocols(ssl.getEnabledSecureTransportProtocols());
        ssl.getEnabledCipherSuites().forEach(server::addEnabledCipherSuite);
    }

    /**
     * Keeps a server, that listens by now, at what the certificates are.
     *
     * @param since the revision that it was made with
     */
    void keep(HttpServer server, int since) {
        forget = certificates.onChange(() -> update(server));
        if (tls.revision() != since) {
            update(server);
        }
    }

    private void update(HttpServer server) {
        server.updateSSLOptions(tls.sslOptions(), true).onFailure(unusable -> {
            throw new IllegalStateException("the control plane keeps its certificates of before", unusable);
        });
    }

    void stop() {
        forget.run();
        certificates.stop();
    }
}
