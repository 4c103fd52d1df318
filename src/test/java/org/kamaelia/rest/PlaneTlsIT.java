package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.OpenSsl;
import org.kamaelia.Running;
import org.kamaelia.component.Event;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.tcp.CertificateChanged;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.Certificates;

/** The plane's own certificates: where they come from, and what becomes of them when their files change. */
class PlaneTlsIT {

    @TempDir
    static Path made;

    private static OpenSsl openssl;
    private static SSLContext client;

    @TempDir
    Path used;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private Path certificate;
    private Path key;

    @BeforeAll
    static void make() throws Exception {
        openssl = new OpenSsl(made).selfSigned("old", "/CN=old").selfSigned("new", "/CN=new");
        client = Wire.client(null, null);
    }

    @BeforeEach
    void use() throws Exception {
        certificate = used.resolve("tls.crt");
        key = used.resolve("tls.key");
        put("old");
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void put(String name) throws IOException {
        Files.copy(openssl.file(name + ".crt"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(openssl.file(name + ".key"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    private int start(Tls tls) throws Exception {
        Certificates certificates = Certificates.load(
                        vertx, Map.of("web", new CertificateFiles.Pem(certificate, key)), events::add)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        AdminPlane.Running running = new RestPlane()
                .start(
                        vertx,
                        Operated.on(vertx, certificates),
                        AdminOptions.defaults().port(0).tls(tls))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        return running.port();
    }

    private static String server(int port) throws IOException {
        try (Wire wire = Wire.secure(client, port)) {
            return wire.server();
        }
    }

    private static void untilServerIs(String name, int port) {
        Running.until("the server is " + name, () -> server(port).equals(name));
    }

    @Test
    void itsOwnFilesAreReplacedLiveAndOpenConnectionsLiveOn() throws Exception {
        int port = start(new Tls(certificate, key));
        try (Wire before = Wire.secure(client, port)) {
            assertThat(before.get("/health/live").status()).isEqualTo(200);
            assertThat(before.server()).isEqualTo("CN=old");

            put("new");

            untilServerIs("CN=new", port);
            assertThat(before.get("/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void aConfiguredCertificateThatItNamesIsReplacedLiveToo() throws Exception {
        int port = start(new Tls(List.of("web"), null));
        assertThat(server(port)).isEqualTo("CN=old");

        put("new");

        untilServerIs("CN=new", port);
    }

    @Test
    void aBadFileLeavesTheOldCertificateInUseAndSaysSo() throws Exception {
        int port = start(new Tls(certificate, key));

        Files.writeString(key, "nonsense");

        Running.until("the fault is told", () -> events.stream().anyMatch(PlaneTlsIT::isOfItsOwn));
        assertThat(events.stream().filter(PlaneTlsIT::isOfItsOwn).findFirst())
                .hasValueSatisfying(event -> assertThat(((CertificateChanged) event).problem())
                        .startsWith("admin.tls.key " + key + " holds no private key"));
        assertThat(server(port)).isEqualTo("CN=old");
    }

    private static boolean isOfItsOwn(Event event) {
        return event instanceof CertificateChanged changed
                && changed.certificate().equals("admin.tls");
    }

    @Test
    void onlyTls12And13AreSpoken() throws Exception {
        int port = start(new Tls(certificate, key));

        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (Wire wire = Wire.secure(client, port, version)) {
                Wire.Answer answer = wire.get("/health/live");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=86400");
            }
        }
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> Wire.secure(client, port, "TLSv1.1").close());
    }

    @Test
    void aCertificateThatThereIsNotIsToldWithThoseThereAre() {
        Throwable thrown = catchThrowable(() -> start(new Tls(List.of("nowhere"), null)));

        assertThat(thrown.getCause()).isInstanceOfSatisfying(ControlFailure.class, failure -> {
            assertThat(failure.problems().get(0).pointer()).isEqualTo("/admin/tls/certificates/0");
            assertThat(failure.message()).contains("\"nowhere\" is unknown").contains("use one of [web]");
        });
    }

    @Test
    void aFileThatCannotBeUsedIsToldAtTheStart() {
        Throwable thrown = catchThrowable(() -> start(new Tls(certificate, used.resolve("none"))));

        assertThat(thrown.getCause()).isInstanceOfSatisfying(ControlFailure.class, failure -> {
            assertThat(failure.problems().get(0).pointer()).isEqualTo("/admin/tls/key");
            assertThat(failure.message())
                    .isEqualTo("admin.tls.key " + used.resolve("none") + " cannot be read: no such file");
        });
    }
}
