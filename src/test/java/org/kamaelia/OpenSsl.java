package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kamaelia.tcp.CertificateFiles;

/**
 * Authorities, certificates and clients, made by the program {@code openssl} as tests need them; the keys live as long as
 * the test's folder.
 */
public final class OpenSsl {
    private final Path folder;

    public OpenSsl(Path folder) {
        this.folder = folder;
    }

    /** A file in the folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** {@code NAME.crt} and {@code NAME.key}, as a configuration names them. */
    public CertificateFiles pem(String name) {
        return new CertificateFiles.Pem(file(name + ".crt"), file(name + ".key"));
    }

    /** Runs {@code openssl} in the folder, and tells what it says. */
    public String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(folder, "openssl", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static String[] newKey(String kind) {
        return kind.equals("RSA")
                ? new String[] {"-newkey", "rsa:2048"}
                : new String[] {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"};
    }

    /** {@code NAME.crt} and {@code NAME.key}, signed by itself; an authority too. */
    public OpenSsl selfSigned(String name, String subject, String... dnsNames) throws Exception {
        return make(name, subject, "EC", dnsNames);
    }

    public OpenSsl selfSignedRsa(String name, String subject, String... dnsNames) throws Exception {
        return make(name, subject, "RSA", dnsNames);
    }

    private OpenSsl make(String name, String subject, String kind, String... dnsNames) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "3650", "-subj", subject));
        arguments.addAll(List.of(newKey(kind)));
        arguments.addAll(List.of("-keyout", name + ".key", "-out", name + ".crt"));
        if (dnsNames.length > 0) {
            arguments.addAll(List.of("-addext", "subjectAltName=DNS:" + String.join(",DNS:", dnsNames)));
        }
        run(arguments.toArray(String[]::new));
        return this;
    }

    /** {@code NAME.crt} and {@code NAME.key}, signed by an authority that was made before. */
    public OpenSsl signed(String name, String subject, String authority) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("req", "-nodes", "-subj", subject));
        arguments.addAll(List.of(newKey("EC")));
        arguments.addAll(List.of("-keyout", name + ".key", "-out", name + ".csr"));
        run(arguments.toArray(String[]::new));
        run(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                authority + ".crt",
                "-CAkey",
                authority + ".key",
                "-CAcreateserial",
                "-days",
                "3650",
                "-out",
                name + ".crt");
        return this;
    }

    /** {@code openssl s_client} on a port of loopback: what is typed goes to the server, both sides' words come back. */
    public static final class Client implements AutoCloseable {
        private final Process process;
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final Thread reader;

        private Client(Process process) {
            this.process = process;
            this.reader = new Thread(this::read);
            reader.start();
        }

        private void read() {
            byte[] some = new byte[8192];
            try (InputStream in = process.getInputStream()) {
                for (int length = in.read(some); length >= 0; length = in.read(some)) {
                    said.write(some, 0, length);
                }
            } catch (IOException ended) {
                assertThat(process.isAlive()).isFalse();
            }
        }

        /** Types something, unless it has ended already. */
        public void type(String text) throws IOException {
            try {
                process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                process.getOutputStream().flush();
            } catch (IOException closed) {
                if (process.isAlive()) {
                    throw closed;
                }
            }
        }

        /** All that it has said so far. */
        public String said() {
            return said.toString(StandardCharsets.ISO_8859_1);
        }

        /** Waits until it has said something. */
        public Client says(String text) {
            try {
                Running.until("it is said", () -> said().contains(text));
            } catch (AssertionError late) {
                throw new AssertionError("openssl did not say " + text + " but " + said(), late);
            }
            return this;
        }

        /** Waits for its end; its exit status. */
        public int ended() throws InterruptedException {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(said()).isTrue();
            reader.join();
            return process.exitValue();
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly().onExit().join();
            process.getOutputStream().close();
        }
    }

    public Client connect(int port, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(arguments));
        return new Client(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start());
    }
}
