package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.protocol.Echo;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TlsFacts;
import org.kamaelia.tcp.TlsOptions;
import org.kamaelia.tcp.TlsOptions.ClientCertificates;
import org.kamaelia.tcp.TlsOptions.Version;

/** Listeners that speak TLS: versions, names, clients' certificates, and what is told of all that. */
@ParameterizedClass
@EnumSource(Transport.class)
class TlsListenerIT {
    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @Parameter
    Transport transport;

    private Running running;

    @BeforeAll
    static void makeCertificates() throws Exception {
        openssl = new OpenSsl(folder)
                .selfSigned("web", "/CN=web", "web.example", "www.web.example")
                .selfSigned("wild", "/CN=wild", "*.wild.example", "wild.example")
                .selfSignedRsa("rsa", "/CN=rsa.example")
                .selfSigned("ca", "/CN=Clients")
                .selfSigned("other", "/CN=Others")
                .signed("alice", "/CN=alice/O=Test", "ca")
                .signed("mallory", "/CN=mallory", "other");
    }

    @BeforeEach
    void start() {
        running = new Running(
                transport,
                new KamaeliaOptions()
                        .eventLoops(2)
                        .certificate("web", openssl.pem("web"))
                        .certificate("wild", openssl.pem("wild"))
                        .certificate("rsa", openssl.pem("rsa"))
                        .certificate("clients", new CertificateFiles.Authorities(openssl.file("ca.crt"))));
    }

    @AfterEach
    void close() {
        running.close();
    }

    private static ListenerOptions echo(TlsOptions tls) {
        return Running.on("echo").tls(tls);
    }

    private static void echoes(SSLSocket client, String text) throws Exception {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(text.length())).asString().isEqualTo(text);
    }

    private TlsFacts facts(SSLSocket client) {
        return running.view(running.idOf(client)).tls();
    }

    @Test
    void bothVersionsAreSpokenAndShown() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web")));
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            // More than one event loop has connections.
            for (int i = 0; i < 3; i++) {
                try (SSLSocket client = Tls.over(Running.connect(listener), version)) {
                    echoes(client, "hello");
                    assertThat(facts(client))
                            .isEqualTo(new TlsFacts(version, client.getSession().getCipherSuite(), null, null));
                    assertThat(running.view(running.idOf(client)).bytesIn()).isEqualTo(5);
                    Running.until(
                            "all has left",
                            () -> running.view(running.idOf(client)).bytesOut() == 5);
                }
            }
        }
    }

    @Test
    void theOldestVersionIsTheOperatorsChoice() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web").minVersion(Version.TLS_1_3)));
        try (SSLSocket client = Tls.over(Running.connect(listener))) {
            assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
        try (OpenSsl.Client old = openssl.connect(listener.port(), "-tls1_2")) {
            assertThat(old.ended()).isNotZero();
            assertThat(old.said()).contains("alert protocol version");
        }
    }

    @Test
    void whatIsOldOrWeakIsRefused() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("rsa")));
        for (String[] weak : new String[][] {
            {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"},
            {"-tls1_2", "-cipher", "AES128-GCM-SHA256"},
            {"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"}
        }) {
            try (OpenSsl.Client client = openssl.connect(listener.port(), weak)) {
                assertThat(client.ended()).as(client.said()).isNotZero();
                assertThat(client.said()).contains("alert");
            }
        }
        Running.until("all are over", () -> running.counts(listener).handshakesFailed() == 3);
    }

    @Test
    void opensslSpeaksWithIt() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web")));
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            try (OpenSsl.Client client =
                    openssl.connect(listener.port(), version, "-CAfile", "web.crt", "-verify_return_error")) {
                client.says("Verify return code: 0 (ok)");
                client.type("ping over tls\n");
                client.says("ping over tls\n");
                client.type("Q\n");
                assertThat(client.ended()).isZero();
            }
        }
        Running.until("both are over", () -> running.counts(listener).closed() == 2);
        assertThat(running.counts(listener).handshakesFailed()).isZero();
    }

    @Test
    void anotherHandshakeOnTheSameConnectionIsRefused() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web")));
        try (OpenSsl.Client client = openssl.connect(listener.port(), "-tls1_2")) {
            client.type("first\n");
            client.says("first\n");
            String id = running.open().get(0).id();
            client.type("R\n");
            assertThat(running.ended(id).closeDetail()).contains("another TLS handshake");
        }
    }

    @Test
    void theNameThatIsAskedForChoosesTheCertificate() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web", "wild", "rsa")));
        String[][] wanted = {
            {"web.example", "CN=web"},
            {"WWW.Web.Example", "CN=web"},
            {"wild.example", "CN=wild"},
            {"a.wild.example", "CN=wild"},
            {"b.a.wild.example", "CN=web"},
            {"rsa.example", "CN=rsa.example"},
            {"nobody.example", "CN=web"},
            {null, "CN=web"}
        };
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            for (String[] each : wanted) {
                try (SSLSocket client = Tls.asking(each[0], Running.connect(listener), version)) {
                    assertThat(Tls.server(client)).as(version + " " + each[0]).isEqualTo(each[1]);
                    echoes(client, "x");
                    assertThat(facts(client).sni())
                            .isEqualTo(each[0] == null ? null : each[0].toLowerCase(java.util.Locale.ROOT));
                }
            }
        }
        try (OpenSsl.Client client = openssl.connect(listener.port(), "-servername", "x.wild.example")) {
            client.says("subject=CN = wild");
        }
    }

    @Test
    void theFirstCertificateIsTheDefaultWhateverItsKind() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("rsa", "web")));
        try (SSLSocket client = Tls.over(Running.connect(listener))) {
            assertThat(Tls.server(client)).isEqualTo("CN=rsa.example");
        }
    }

    @Test
    void aRequiredClientCertificateLetsOnlyThoseOfItsAuthoritiesIn() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web").clients(ClientCertificates.REQUIRED, "clients")));
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            try (OpenSsl.Client alice =
                    openssl.connect(listener.port(), version, "-cert", "alice.crt", "-key", "alice.key")) {
                alice.type("it is me\n");
                alice.says("it is me\n");
                assertThat(running.open())
                        .singleElement()
                        .satisfies(view -> assertThat(view.tls().peerSubject()).isEqualTo("O=Test,CN=alice"));
                assertThat(alice.said()).contains("CN = Clients");
            }
            Running.until("she is gone", () -> running.counts(listener).open() == 0);
            try (OpenSsl.Client mallory =
                    openssl.connect(listener.port(), version, "-cert", "mallory.crt", "-key", "mallory.key")) {
                mallory.type("let me in\n");
                assertThat(mallory.ended()).isNotZero();
                assertThat(mallory.said()).contains("alert");
            }
            try (OpenSsl.Client nobody = openssl.connect(listener.port(), version)) {
                nobody.type("let me in\n");
                assertThat(nobody.ended()).isNotZero();
                assertThat(nobody.said()).contains("alert");
            }
            Running.until("they are gone", () -> running.counts(listener).open() == 0);
        }
        Running.until("four were refused", () -> running.counts(listener).handshakesFailed() == 4);
        assertThat(running.counts(listener).accepted()).isEqualTo(6);
    }

    @Test
    void anOptionalClientCertificateMayBeMissingAndMayNotBeWrong() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web").clients(ClientCertificates.OPTIONAL, "clients")));
        try (OpenSsl.Client nobody = openssl.connect(listener.port())) {
            nobody.type("hello\n");
            nobody.says("hello\n");
            assertThat(running.open())
                    .singleElement()
                    .satisfies(view -> assertThat(view.tls().peerSubject()).isNull());
        }
        try (OpenSsl.Client mallory = openssl.connect(listener.port(), "-cert", "mallory.crt", "-key", "mallory.key")) {
            assertThat(mallory.ended()).isNotZero();
        }
        Running.until("one was refused", () -> running.counts(listener).handshakesFailed() == 1);
    }

    @Test
    void aHandlerKnowsWhatWasAgreedOn() throws Exception {
        AtomicReference<ConnectionInfo> told = new AtomicReference<>();
        Listener listener = running.start(
                "told",
                connection -> {
                    told.set(connection);
                    return new Echo().open(connection, new JsonObject());
                },
                Running.on("told").tls(TlsOptions.of("web")));
        try (SSLSocket client = Tls.asking("web.example", Running.connect(listener), "TLSv1.3")) {
            echoes(client, "x");
            assertThat(told.get().tls())
                    .isEqualTo(new TlsFacts("TLSv1.3", client.getSession().getCipherSuite(), "web.example", null));
        }
    }

    @Test
    void whatWasAgreedOnIsKnownOfAClosedConnectionToo() throws Exception {
        Listener listener = running.start(echo(TlsOptions.of("web")));
        String id;
        try (SSLSocket client = Tls.over(Running.connect(listener), "TLSv1.3")) {
            id = running.idOf(client);
        }
        ConnectionView view = running.ended(id);
        assertThat(view.tls().version()).isEqualTo("TLSv1.3");
        assertThat(view.closeCause()).isEqualTo("peer-closed");
        assertThat(view.closeDetail()).isNull();
    }

    @Test
    void aCertificateThatIsNotConfiguredIsRefusedWithThoseThatAre() {
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> running.start(echo(TlsOptions.of("web", "wbe"))))
                .satisfies(failure -> {
                    assertThat(failure.reason()).isEqualTo(ControlFailure.Reason.INVALID);
                    assertThat(failure.problems().get(0).pointer()).isEqualTo("/tls/certificates/1");
                })
                .withMessageContaining("tls.certificates[1] \"wbe\" is unknown")
                .withMessageContaining("[web, wild, rsa]");
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> running.start(echo(TlsOptions.of("clients"))))
                .withMessageContaining("\"clients\" is not a certificate with its key");
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> running.start(echo(TlsOptions.of("web").clients(ClientCertificates.REQUIRED, "web"))))
                .withMessageContaining("tls.clientCa \"web\" is not authorities");
        assertThat(Running.await(running.control().listeners())).isEmpty();
    }
}
