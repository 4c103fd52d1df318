package org.kamaelia.tcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a listener speaks TLS. It names what the configuration's {@code certificates} hold and never a file, so
 * that who may start listeners need not be one who may read keys.
 *
 * @param certificates names of certificates with their keys; a client that asks for a name by SNI gets the
 *     one that has it, all others the first
 * @param clientAuth whether clients show certificates
 * @param clientCa the name of the authorities that these are signed by; there if, and only if, clients may
 *     show any
 * @param minVersion the oldest TLS that is spoken
 */
public record TlsOptions(
        List<String> certificates,
        ClientCertificates clientAuth,
        @Nullable String clientCa,
        Version minVersion) {

    /** What clients show of themselves. */
    public enum ClientCertificates {
        /** They are not asked. */
        OFF("off"),
        /** They are asked; who has none may come in, who has a wrong one may not. */
        OPTIONAL("optional"),
        /** Only those with a certificate of the authorities come in. */
        REQUIRED("required");

        private final String text;

        ClientCertificates(String text) {
            this.text = text;
        }

        /** As in JSON. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** Versions of TLS that are not broken. */
    public enum Version {
        TLS_1_2("1.2"),
        TLS_1_3("1.3");

        private final String text;

        Version(String text) {
            this.text = text;
        }

        /** As in JSON. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** What a certificate, or a set of authorities, may be called. */
    public static final OptionType<String> NAME = OptionType.text(
            "a certificate's name",
            "the name of one of the configured certificates, as in \"web\"",
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"));

    private static final OptionType<List<String>> NAMES = OptionType.listOf(NAME);
    private static final OptionType<ClientCertificates> CLIENT_AUTH =
            OptionType.oneOf("a rule for client certificates", ClientCertificates.values());
    private static final OptionType<Version> VERSION = OptionType.oneOf("a version of TLS", Version.values());

    static final OptionType<TlsOptions> TYPE =
            OptionType.object("{\"certificates\": [\"web\"]}", TlsOptions::read, TlsOptions::write);

    /** @throws InvalidOptions without a certificate, or if {@code clientAuth} and {@code clientCa} do not fit */
    public TlsOptions {
        certificates = NAMES.check("certificates", List.copyOf(certificates));
        if (certificates.isEmpty()) {
            throw new InvalidOptions(
                    "/certificates", "certificates is empty: name at least one of the configured certificates");
        }
        boolean asked = clientAuth != ClientCertificates.OFF;
        if (asked && clientCa == null) {
            throw new InvalidOptions(
                    "/clientCa",
                    "clientAuth " + clientAuth + " needs clientCa, the name of the configured authorities that sign"
                            + " clients' certificates");
        }
        if (!asked && clientCa != null) {
            throw new InvalidOptions(
                    "/clientAuth",
                    "clientCa \"" + clientCa + "\" without clientAuth would ask nobody: use clientAuth optional or"
                            + " required, or leave clientCa out");
        }
    }

    /** These certificates, TLS 1.2 or newer, and no question to clients. */
    public static TlsOptions of(String... certificates) {
        return new TlsOptions(List.of(certificates), ClientCertificates.OFF, null, Version.TLS_1_2);
    }

    /** The same, with clients that show certificates of these authorities. */
    public TlsOptions clients(ClientCertificates rule, String authorities) {
        return new TlsOptions(certificates, rule, authorities, minVersion);
    }

    /** The same, with no TLS that is older. */
    public TlsOptions minVersion(Version oldest) {
        return new TlsOptions(certificates, clientAuth, clientCa, oldest);
    }

    private static TlsOptions read(OptionReader reader) {
        return new TlsOptions(
                reader.required("certificates", NAMES, List.of("web")),
                reader.optional("clientAuth", CLIENT_AUTH, ClientCertificates.OFF),
                reader.nullable("clientCa", NAME),
                reader.optional("minVersion", VERSION, Version.TLS_1_2));
    }

    private JsonObject write() {
        JsonObject json = new JsonObject()
                .put("certificates", new JsonArray(certificates))
                .put("clientAuth", clientAuth.toString())
                .put("minVersion", minVersion.toString());
        return clientCa == null ? json : json.put("clientCa", clientCa);
    }
}
