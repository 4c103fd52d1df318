package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.component.Event;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.tcp.CertificateChanged;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.CertificateStatus;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.TlsOptions;

/** Certificates' files: what is wrong with them at the start, and what becomes of them when they change. */
class CertificateReloadIT {
    @TempDir
    static Path made;

    private static OpenSsl openssl;

    @TempDir
    Path used;

    private Path certificate;
    private Path key;

    @BeforeAll
    static void make() throws Exception {
        openssl = new OpenSsl(made)
                .selfSigned("old", "/CN=old")
                .selfSigned("new", "/CN=new")
                .selfSignedRsa("rsa", "/CN=rsa");
        openssl.run("ec", "-in", "old.key", "-out", "sec1.key");
        openssl.run("rsa", "-traditional", "-in", "rsa.key", "-out", "pkcs1.key");
        openssl.run("pkcs8", "-topk8", "-in", "old.key", "-out", "encrypted.key", "-passout", "pass:secret");
        openssl.run(
                "pkcs12",
                "-export",
                "-in",
                "old.crt",
                "-inkey",
                "old.key",
                "-out",
                "keys.p12",
                "-passout",
                "pass:secret");
        Files.writeString(openssl.file("right"), "secret\n");
        Files.writeString(openssl.file("wrong"), "guess\n");
        Files.writeString(openssl.file("garbage"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }

    @BeforeEach
    void use() throws Exception {
        certificate = used.resolve("tls.crt");
        key = used.resolve("tls.key");
        put("old");
    }

    private void put(String name) throws Exception {
        Files.copy(openssl.file(name + ".crt"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(openssl.file(name + ".key"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    private final Queue<Running> runs = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        runs.forEach(Running::close);
    }

    private Running running(CertificateFiles files) {
        Running running = new Running(
                Transport.NATIVE, new KamaeliaOptions().eventLoops(2).certificate("web", files));
        runs.add(running);
        return running;
    }

    private static String subject(Listener listener) throws Exception {
        try (SSLSocket client = Tls.over(Running.connect(listener))) {
            return Tls.server(client);
        }
    }

    private static CertificateStatus status(Running running) {
        return running.control().info().certificates().get(0);
    }

    @Test
    void newFilesServeNewConnectionsAndLeaveTheOldOnesAlone() throws Exception {
        Running running = running(new CertificateFiles.Pem(certificate, key));
        Listener listener = running.start(Running.on("echo").tls(TlsOptions.of("web")));
        try (SSLSocket before = Tls.over(Running.connect(listener))) {
            assertThat(Tls.server(before)).isEqualTo("CN=old");
            assertThat(status(running).subjects()).containsExactly("CN=old");

            put("new");

            Running.until("the new one is shown", () -> subject(listener).equals("CN=new"));
            assertThat(status(running).subjects()).containsExactly("CN=new");
            before.getOutputStream().write("still here".getBytes(StandardCharsets.US_ASCII));
            assertThat(before.getInputStream().readNBytes(10)).asString().isEqualTo("still here");
        }
    }

    @Test
    void aBadFileLeavesTheOldOneInUseAndSaysSoUntilItIsMended() throws Exception {
        Running running = running(new CertificateFiles.Pem(certificate, key));
        Listener listener = running.start(Running.on("echo").tls(TlsOptions.of("web")));

        Files.copy(openssl.file("new.crt"), certificate, StandardCopyOption.REPLACE_EXISTING);

        Running.until("the fault is told", () -> status(running).problem() != null);
        assertThat(status(running).problem())
                .contains("certificates.web.key " + key)
                .contains("is not the key of the certificate in " + certificate);
        assertThat(subject(listener)).isEqualTo("CN=old");

        Files.copy(openssl.file("new.key"), key, StandardCopyOption.REPLACE_EXISTING);

        Running.until("the new one is shown", () -> subject(listener).equals("CN=new"));
        assertThat(status(running).problem()).isNull();
    }

    @Test
    void aFileThatGoesAndComesBackIsNoHarm() throws Exception {
        Running running = running(new CertificateFiles.Pem(certificate, key));
        Listener listener = running.start(Running.on("echo").tls(TlsOptions.of("web")));
        Files.delete(key);
        Running.until("the fault is told", () -> status(running).problem() != null);
        assertThat(status(running).problem()).contains("no such file");
        assertThat(subject(listener)).isEqualTo("CN=old");
        put("old");
        Running.until("all is well", () -> status(running).problem() == null);
    }

    /** A mounted secret: files are links through a link to a folder, which is renamed into place. */
    @Test
    void aSecretThatKubernetesSwapsIsSeen() throws Exception {
        Path first = Files.createDirectory(used.resolve("..1"));
        Path second = Files.createDirectory(used.resolve("..2"));
        for (String file : new String[] {"crt", "key"}) {
            Files.copy(openssl.file("old." + file), first.resolve("tls." + file));
            Files.copy(openssl.file("new." + file), second.resolve("tls." + file));
            Files.delete(used.resolve("tls." + file));
            Files.createSymbolicLink(used.resolve("tls." + file), Path.of("..data", "tls." + file));
        }
        Files.createSymbolicLink(used.resolve("..data"), first.getFileName());
        Running running = running(new CertificateFiles.Pem(certificate, key));
        Listener listener = running.start(Running.on("echo").tls(TlsOptions.of("web")));
        assertThat(subject(listener)).isEqualTo("CN=old");

        Files.createSymbolicLink(used.resolve("..data_tmp"), second.getFileName());
        Files.move(used.resolve("..data_tmp"), used.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        Running.until("the new one is shown", () -> subject(listener).equals("CN=new"));
    }

    @Test
    void aChangeIsAnEventAndSoIsAFault() throws Exception {
        Vertx vertx = Vertx.vertx();
        Queue<Event> events = new ConcurrentLinkedQueue<>();
        try {
            Certificates certificates = Running.await(
                    Certificates.load(vertx, Map.of("web", new CertificateFiles.Pem(certificate, key)), events::add));
            put("new");
            Running.until("the change is told", () -> events.size() == 1);
            Files.delete(certificate);
            Running.until("the fault is told", () -> events.size() == 2);
            assertThat(events)
                    .extracting(event -> ((CertificateChanged) event).problem() == null)
                    .containsExactly(true, false);
            certificates.stop();
        } finally {
            Running.await(vertx.close());
        }
    }

    @Test
    void everyFormOfKeyIsTaken() throws Exception {
        CertificateFiles[] forms = {
            new CertificateFiles.Pem(openssl.file("old.crt"), openssl.file("sec1.key")),
            new CertificateFiles.Pem(openssl.file("rsa.crt"), openssl.file("pkcs1.key")),
            new CertificateFiles.Pem(openssl.file("rsa.crt"), openssl.file("rsa.key")),
            new CertificateFiles.Store(openssl.file("keys.p12"), openssl.file("right")),
            new CertificateFiles.Store(jks(), openssl.file("right")),
        };
        for (CertificateFiles each : forms) {
            Listener listener = running(each).start(Running.on("echo").tls(TlsOptions.of("web")));
            assertThat(subject(listener)).isIn("CN=old", "CN=rsa");
        }
    }

    private Path jks() throws Exception {
        Path store = used.resolve("keys.jks");
        Process keytool = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/keytool",
                        "-importkeystore",
                        "-srckeystore",
                        openssl.file("keys.p12").toString(),
                        "-srcstorepass",
                        "secret",
                        "-destkeystore",
                        store.toString(),
                        "-deststoretype",
                        "JKS",
                        "-deststorepass",
                        "secret")
                .redirectErrorStream(true)
                .redirectOutput(used.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        return store;
    }

    @Test
    void whatIsWrongAtTheStartIsToldWithTheFileAndTheRemedy() {
        Path missing = made.resolve("missing");
        wrong(new CertificateFiles.Pem(missing, key), "certificate " + missing + " cannot be read: no such file");
        wrong(new CertificateFiles.Pem(made, key), "certificate " + made + " is a directory");
        wrong(new CertificateFiles.Pem(key, key), "holds no certificate");
        wrong(new CertificateFiles.Pem(openssl.file("garbage"), key), "holds a malformed certificate");
        wrong(new CertificateFiles.Pem(certificate, certificate), "holds no private key");
        wrong(new CertificateFiles.Pem(certificate, openssl.file("encrypted.key")), "is encrypted");
        wrong(new CertificateFiles.Pem(certificate, openssl.file("new.key")), "is not the key of the certificate in");
        wrong(new CertificateFiles.Pem(certificate, openssl.file("rsa.key")), "is not the key of the certificate in");
        Path store = openssl.file("keys.p12");
        wrong(new CertificateFiles.Store(store, openssl.file("wrong")), "does not open with the password in");
        wrong(new CertificateFiles.Store(store, null), "needs a password");
        wrong(new CertificateFiles.Store(certificate, openssl.file("right")), "is no PKCS#12 or JKS keystore");
        wrong(new CertificateFiles.Authorities(key), "clientCa " + key + " holds no certificate");
    }

    private void wrong(CertificateFiles files, String problem) {
        Running running = running(files);
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> Running.await(running.kamaelia.open()))
                .withMessageContaining("certificates.web.")
                .withMessageContaining(problem)
                .satisfies(failure ->
                        assertThat(failure.problems().get(0).pointer()).startsWith("/certificates/web/"));
    }
}
