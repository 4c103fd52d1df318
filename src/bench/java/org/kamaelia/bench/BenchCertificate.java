package org.kamaelia.bench;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kamaelia.tcp.CertificateFiles;

/** The one certificate that every server shows, made by the JDK's {@code keytool} for a run; it is worth nothing. */
final class BenchCertificate {

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final Path STORE = DIRECTORY.resolve("tls.p12");
    private static final Path PASSWORD_FILE = DIRECTORY.resolve("tls.password");
    private static final String PASSWORD = "benchmark";

    /** As Kamaelia's configuration names it. */
    static final CertificateFiles FILES = new CertificateFiles.Store(STORE, PASSWORD_FILE);

    private BenchCertificate() {}

    /** As Vert.x's options name it. */
    static PfxOptions forVertx() {
        return new PfxOptions().setPath(STORE.toString()).setPassword(PASSWORD);
    }

    /** A new one in place of an earlier run's. */
    static void make() throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Files.deleteIfExists(STORE);
        Files.writeString(PASSWORD_FILE, PASSWORD + "\n");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "bench",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        STORE.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate: exit code " + keytool.exitValue());
        }
    }
}
