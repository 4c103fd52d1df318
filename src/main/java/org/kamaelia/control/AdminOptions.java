package org.kamaelia.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;
import org.kamaelia.tcp.TlsOptions;

/**
 * What the admin plane listens on and whom it serves: the configuration's {@code admin} block.
 *
 * @param port 0 for any free one
 * @param tls null for plain HTTP
 * @param plaintext permits plain HTTP beyond loopback: something in front speaks TLS, or nobody else is on that network
 */
public record AdminOptions(
        String host, int port, @Nullable Tls tls, AdminAuth auth, boolean plaintext, AdminLimits limits) {

    private static final OptionType<Integer> PORT = OptionType.port();

    /**
     * What the plane shows its clients: certificates of its own, or some of those that listeners have. Either are watched,
     * and used at once when they change.
     *
     * @param certificates names of the configuration's {@code certificates}; a client that asks for a name by SNI gets the
     *     one that has it, all others the first; empty for its own
     * @param files its own; null with {@code certificates}
     */
    public record Tls(List<String> certificates, @Nullable CertificateFiles files) {

        private static final OptionType<List<String>> NAMES = OptionType.listOf(TlsOptions.NAME);

        private static final OptionType<Tls> TYPE = OptionType.object(
                "{\"certificate\": \"tls.crt\", \"key\": \"tls.key\"} or {\"certificates\": [\"web\"]}",
                Tls::read,
                Tls::write);

        /** @throws InvalidOptions unless there is one of both, or if the files are authorities */
        public Tls {
            certificates = NAMES.check("certificates", List.copyOf(certificates));
            if (certificates.isEmpty() == (files == null) || files instanceof CertificateFiles.Authorities) {
                throw new InvalidOptions(
                        "",
                        "tls needs certificate and key, or keystore and passwordFile, or the names in certificates");
            }
        }

        /** A certificate chain and its private key, each a PEM file. */
        public Tls(Path certificate, Path key) {
            this(List.of(), new CertificateFiles.Pem(certificate, key));
        }

        private static Tls read(OptionReader reader) {
            List<String> names = reader.optional("certificates", NAMES, List.of());
            return new Tls(names, names.isEmpty() ? CertificateFiles.read(reader) : null);
        }

        private JsonObject write() {
            return files == null ? new JsonObject().put("certificates", new JsonArray(certificates)) : files.toJson();
        }
    }

    private static final AdminOptions DEFAULTS =
            new AdminOptions("127.0.0.1", 8080, null, AdminAuth.NONE, false, AdminLimits.defaults());

    /** As a value in a larger document. */
    public static final OptionType<AdminOptions> TYPE =
            OptionType.object("{\"port\": 8080}", AdminOptions::read, AdminOptions::toJson);

    /** @throws InvalidOptions for a value out of range */
    public AdminOptions {
        OptionType.host().check("host", host);
        PORT.check("port", port);
    }

    /** Loopback, port 8080, no tokens. */
    public static AdminOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Reads the {@code admin} block; what is absent has its default.
     *
     * @throws InvalidOptions with all problems
     */
    public static AdminOptions fromJson(JsonObject json) {
        return OptionReader.read(json, AdminOptions::read);
    }

    /** Every option that has a value: {@code fromJson(toJson())} is equal to this. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("host", host)
                .put("port", port)
                .put("auth", AdminAuth.TYPE.json(auth))
                .put("plaintext", plaintext)
                .put("limits", AdminLimits.TYPE.json(limits));
        return tls == null ? json : json.put("tls", Tls.TYPE.json(tls));
    }

    public AdminOptions host(String changed) {
        return new AdminOptions(changed, port, tls, auth, plaintext, limits);
    }

    public AdminOptions port(int changed) {
        return new AdminOptions(host, changed, tls, auth, plaintext, limits);
    }

    public AdminOptions tls(@Nullable Tls changed) {
        return new AdminOptions(host, port, changed, auth, plaintext, limits);
    }

    public AdminOptions tokenFile(@Nullable Path changed) {
        return new AdminOptions(
                host, port, tls, new AdminAuth(changed, auth.clientCa(), auth.clients()), plaintext, limits);
    }

    public AdminOptions auth(AdminAuth changed) {
        return new AdminOptions(host, port, tls, changed, plaintext, limits);
    }

    public AdminOptions plaintext(boolean changed) {
        return new AdminOptions(host, port, tls, auth, changed, limits);
    }

    public AdminOptions limits(AdminLimits changed) {
        return new AdminOptions(host, port, tls, auth, plaintext, changed);
    }

    private static AdminOptions read(OptionReader reader) {
        return new AdminOptions(
                reader.optional("host", OptionType.host(), DEFAULTS.host),
                reader.optional("port", PORT, DEFAULTS.port),
                reader.nullable("tls", Tls.TYPE),
                reader.optional("auth", AdminAuth.TYPE, DEFAULTS.auth),
                reader.optional("plaintext", OptionType.bool(), DEFAULTS.plaintext),
                reader.optional("limits", AdminLimits.TYPE, DEFAULTS.limits));
    }
}
