package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;

/** The plane beyond loopback: over TLS, with a token. */
class TlsIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    @Test
    void withTlsAndTokensItServesBeyondLoopback() throws Exception {
        KeyStore keys = selfSigned();
        Path certificate =
                pem("tls.crt", "CERTIFICATE", keys.getCertificate("admin").getEncoded());
        Path key = pem("tls.key", "PRIVATE KEY", keys.getKey("admin", PASSWORD).getEncoded());
        NewToken token = Tokens.create("vera", Role.VIEWER);
        Path tokens = Files.writeString(directory.resolve("tokens"), token.line());
        Vertx vertx = Vertx.vertx();
        try {
            AdminPlane.Running running = new RestPlane()
                    .start(
                            vertx,
                            Operated.on(vertx),
                            AdminOptions.defaults()
                                    .host("0.0.0.0")
                                    .port(0)
                                    .tokenFile(tokens)
                                    .tls(new Tls(certificate, key)))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);

            assertThat(running.secure()).isTrue();
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(keys)).build();
            URI info = URI.create("https://127.0.0.1:" + running.port() + "/api/v1/info");
            HttpResponse<String> reply = client.send(
                    HttpRequest.newBuilder(info)
                            .header("Authorization", "Bearer " + token.token())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(client.send(HttpRequest.newBuilder(info).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private KeyStore selfSigned() throws Exception {
        Path store = directory.resolve("keys.p12");
        String command =
                System.getProperty("java.home") + "/bin/keytool -genkeypair -alias admin -keyalg EC -dname CN=admin"
                        + " -ext SAN=ip:127.0.0.1 -storetype PKCS12 -storepass changeit -keystore " + store;
        Process keytool = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private Path pem(String name, String label, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }

    private static SSLContext trusting(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("admin", keys.getCertificate("admin"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
