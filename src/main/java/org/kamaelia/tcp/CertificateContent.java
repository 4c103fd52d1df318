package org.kamaelia.tcp;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.JksOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of one configured certificate hold: identities, or authorities. Reading blocks.
 *
 * @param identities empty for authorities
 * @param authorities empty for identities
 */
record CertificateContent(List<Identity> identities, List<X509Certificate> authorities) {
    /** Which keys there are; a certificate of another kind is one that TLS has no use for. */
    private static final List<String> KEY_TYPES = List.of("EC", "RSA", "RSASSA-PSS", "EdDSA");

    /** What such a file begins with. */
    private static final int JKS = 0xFEEDFEED;

    /**
     * Where the configuration names the files, for complaints.
     *
     * @param words as in {@code certificates.web}
     * @param pointer the same for a program
     */
    record Place(String words, String pointer) {
        /** That of one of the configuration's {@code certificates}. */
        static Place ofCertificate(String name) {
            return new Place("certificates." + name, "/certificates/" + name);
        }
    }

    /** A file's bytes, and what complaints call it. */
    private record Read(String option, Path path, Buffer bytes) {
        InvalidOptions wrong(Place place, String why) {
            return wrong(place, option, path, why);
        }

        static InvalidOptions wrong(Place place, String option, Path path, String why) {
            return new InvalidOptions(
                    place.pointer() + "/" + option, place.words() + "." + option + " " + path + " " + why);
        }

        String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** The content of the files as they lie there, to be held against a later one; it gives no key away. */
    static String fingerprint(CertificateFiles files) {
        MessageDigest digest = sha256();
        for (Path each : files.files()) {
            byte[] content;
            try {
                content = Files.readAllBytes(each);
            } catch (IOException unreadable) {
                content = unreadable.toString().getBytes(StandardCharsets.UTF_8);
            }
            digest.update(sha256().digest(content));
        }
        return Arrays.toString(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException cannotHappen) {
            throw new IllegalStateException(cannotHappen);
        }
    }

    /**
     * Reads the files.
     *
     * @throws InvalidOptions naming the file at fault and what is wrong with it
     */
    static CertificateContent read(Vertx vertx, Place place, CertificateFiles files) {
        if (files instanceof CertificateFiles.Pem pem) {
            return pem(vertx, place, read(place, "certificate", pem.certificate()), read(place, "key", pem.key()));
        }
        if (files instanceof CertificateFiles.Store store) {
            Path password = store.passwordFile();
            return store(
                    vertx,
                    place,
                    read(place, "keystore", store.keystore()),
                    password == null ? null : read(place, "passwordFile", password));
        }
        Path authorities = ((CertificateFiles.Authorities) files).clientCa();
        return new CertificateContent(List.of(), certificates(place, read(place, "clientCa", authorities)));
    }

    private static Read read(Place place, String option, Path path) {
        if (Files.isDirectory(path)) {
            throw Read.wrong(place, option, path, "is a directory: give a file");
        }
        try {
            return new Read(option, path, Buffer.buffer(Files.readAllBytes(path)));
        } catch (NoSuchFileException missing) {
            throw Read.wrong(place, option, path, "cannot be read: no such file");
        } catch (AccessDeniedException denied) {
            throw Read.wrong(place, option, path, "cannot be read: permission denied");
        } catch (IOException unreadable) {
            throw Read.wrong(place, option, path, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static List<X509Certificate> certificates(Place place, Read file) {
        if (!file.text().contains("-----BEGIN CERTIFICATE-----")) {
            throw file.wrong(place, "holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----");
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(file.bytes().getBytes()))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException malformed) {
            throw file.wrong(place, "holds a malformed certificate: " + malformed.getMessage());
        }
    }

    private static CertificateContent pem(Vertx vertx, Place place, Read certificate, Read key) {
        certificates(place, certificate);
        if (key.text().contains("ENCRYPTED")) {
            throw key.wrong(place, "is encrypted: give a key that is not, or a PKCS#12 keystore with its passwordFile");
        }
        if (!key.text().contains("PRIVATE KEY-----")) {
            throw key.wrong(place, "holds no private key: give a PEM file with -----BEGIN PRIVATE KEY-----");
        }
        List<Identity> identities;
        try {
            identities = identities(
                    vertx,
                    new PemKeyCertOptions().setCertValue(certificate.bytes()).setKeyValue(key.bytes()));
        } catch (Exception unusable) {
            String why = String.valueOf(unusable.getMessage());
            throw why.contains("does not match")
                    ? mismatch(place, key, certificate)
                    : key.wrong(place, "holds no key that can be used: " + why);
        }
        if (identities.isEmpty() || !identities.get(0).fits()) {
            throw mismatch(place, key, certificate);
        }
        return new CertificateContent(identities, List.of());
    }

    private static InvalidOptions mismatch(Place place, Read key, Read certificate) {
        return key.wrong(place, "is not the key of the certificate in " + certificate.path());
    }

    private static CertificateContent store(Vertx vertx, Place place, Read store, @Nullable Read passwordFile) {
        String password = passwordFile == null
                ? null
                : passwordFile.text().lines().findFirst().orElse("");
        Buffer bytes = store.bytes();
        KeyCertOptions options = bytes.length() > 4 && bytes.getInt(0) == JKS
                ? new JksOptions().setValue(bytes).setPassword(password)
                : new PfxOptions().setValue(bytes).setPassword(password);
        List<Identity> identities;
        try {
            identities = identities(vertx, options);
        } catch (Exception unusable) {
            throw isPasswordWrong(unusable)
                    ? store.wrong(
                            place,
                            passwordFile == null
                                    ? "needs a password: give passwordFile"
                                    : "does not open with the password in " + passwordFile.path())
                    : store.wrong(place, "is no PKCS#12 or JKS keystore that can be read: " + unusable.getMessage());
        }
        if (identities.isEmpty()) {
            throw store.wrong(place, "holds no certificate with a private key");
        }
        if (!identities.stream().allMatch(Identity::fits)) {
            throw store.wrong(place, "holds a private key that is not its certificate's");
        }
        return new CertificateContent(identities, List.of());
    }

    private static boolean isPasswordWrong(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(each -> each instanceof java.security.UnrecoverableKeyException
                        || String.valueOf(each.getMessage()).contains("password"));
    }

    /** Each once, in the order of their kinds. */
    private static List<Identity> identities(Vertx vertx, KeyCertOptions options) throws Exception {
        Map<X509Certificate, Identity> found = new LinkedHashMap<>();
        for (KeyManager each : options.getKeyManagerFactory(vertx).getKeyManagers()) {
            if (each instanceof X509KeyManager keys) {
                for (String type : KEY_TYPES) {
                    addAll(found, keys, keys.getServerAliases(type, null));
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static void addAll(Map<X509Certificate, Identity> found, X509KeyManager keys, String @Nullable [] aliases) {
        for (String alias : aliases == null ? new String[0] : aliases) {
            X509Certificate[] chain = keys.getCertificateChain(alias);
            PrivateKey key = keys.getPrivateKey(alias);
            if (chain != null && key != null) {
                found.putIfAbsent(chain[0], Identity.of(List.of(chain), key));
            }
        }
    }
}
