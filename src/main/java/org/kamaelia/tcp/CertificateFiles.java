package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one of the configuration's {@code certificates} lies. Paths are as the process sees them. */
public sealed interface CertificateFiles {

    /**
     * A certificate and its key, both PEM.
     *
     * @param certificate the server's own first, then those that lead to its root
     * @param key PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted
     */
    record Pem(Path certificate, Path key) implements CertificateFiles {
        @Override
        public List<Path> files() {
            return List.of(certificate, key);
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("certificate", certificate.toString()).put("key", key.toString());
        }
    }

    /**
     * Certificates and keys in one file.
     *
     * @param keystore PKCS#12 or JKS
     * @param passwordFile holds the password, in its first line, of the store and its keys; null for none
     */
    record Store(Path keystore, @Nullable Path passwordFile) implements CertificateFiles {
        @Override
        public List<Path> files() {
            return passwordFile == null ? List.of(keystore) : List.of(keystore, passwordFile);
        }

        @Override
        public JsonObject toJson() {
            JsonObject json = new JsonObject().put("keystore", keystore.toString());
            return passwordFile == null ? json : json.put("passwordFile", passwordFile.toString());
        }
    }

    /**
     * Authorities that sign clients' certificates.
     *
     * @param clientCa their certificates, PEM
     */
    record Authorities(Path clientCa) implements CertificateFiles {
        @Override
        public List<Path> files() {
            return List.of(clientCa);
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("clientCa", clientCa.toString());
        }
    }

    /** One of the three forms. */
    OptionType<CertificateFiles> TYPE = OptionType.object(
            "{\"certificate\": \"tls.crt\", \"key\": \"tls.key\"}", CertificateFiles::read, CertificateFiles::toJson);

    /** All of them, by name. */
    OptionType<Map<String, CertificateFiles>> MAP = OptionType.mapOf(TlsOptions.NAME, TYPE);

    /** All that it is made of. */
    List<Path> files();

    /** As the configuration writes it. */
    JsonObject toJson();

    static CertificateFiles read(OptionReader reader) {
        Path certificate = reader.nullable("certificate", OptionType.path());
        Path key = reader.nullable("key", OptionType.path());
        Path keystore = reader.nullable("keystore", OptionType.path());
        Path passwordFile = reader.nullable("passwordFile", OptionType.path());
        Path clientCa = reader.nullable("clientCa", OptionType.path());
        String given = Stream.of(
                        certificate == null ? "" : "certificate",
                        key == null ? "" : "key",
                        keystore == null ? "" : "keystore",
                        passwordFile == null ? "" : "passwordFile",
                        clientCa == null ? "" : "clientCa")
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining(", "));
        if (certificate != null && key != null && given.equals("certificate, key")) {
            return new Pem(certificate, key);
        }
        if (keystore != null && (given.equals("keystore") || given.equals("keystore, passwordFile"))) {
            return new Store(keystore, passwordFile);
        }
        if (clientCa != null && given.equals("clientCa")) {
            return new Authorities(clientCa);
        }
        throw new InvalidOptions(
                "",
                (given.isEmpty() ? "nothing" : given)
                        + " is no certificate: use certificate and key, or keystore and passwordFile, or clientCa for"
                        + " authorities");
    }
}
