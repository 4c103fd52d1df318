package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * What the admin plane listens on and whom it serves: the configuration's {@code admin} block.
 *
 * @param port 0 for any free one
 * @param tls null for plain HTTP
 * @param plaintext permits plain HTTP beyond loopback: something in front speaks TLS, or nobody else is on that network
 */
public record AdminOptions(String host, int port, @Nullable Tls tls, Auth auth, boolean plaintext, Limits limits) {

    private static final OptionType<Integer> PORT = OptionType.port();

    /** Certificate chain and private key, each a PEM file. */
    public record Tls(Path certificate, Path key) {

        private static final OptionType<Tls> TYPE = OptionType.object(
                "{\"certificate\": \"tls.crt\", \"key\": \"tls.key\"}",
                reader -> new Tls(
                        reader.required("certificate", OptionType.path(), Path.of("tls.crt")),
                        reader.required("key", OptionType.path(), Path.of("tls.key"))),
                tls -> new JsonObject()
                        .put("certificate", tls.certificate().toString())
                        .put("key", tls.key().toString()));
    }

    /**
     * Who may call.
     *
     * @param tokenFile as {@link Tokens} reads it; null for whoever is on this host
     */
    public record Auth(@Nullable Path tokenFile) {

        private static final OptionType<Auth> TYPE =
                OptionType.object("{\"tokenFile\": \"tokens\"}", Auth::read, Auth::write);

        private static Auth read(OptionReader reader) {
            Path tokenFile = reader.nullable("tokenFile", OptionType.path());
            if (reader.nullable("clientCa", OptionType.path()) != null) {
                throw new InvalidOptions(
                        "/clientCa", "auth.clientCa is not supported in this version: use auth.tokenFile");
            }
            return new Auth(tokenFile);
        }

        private JsonObject write() {
            return tokenFile == null ? new JsonObject() : new JsonObject().put("tokenFile", tokenFile.toString());
        }
    }

    /**
     * What one caller can take.
     *
     * @param bodyBytes most of one request's body
     * @param headerBytes most of one request's headers, and of its first line
     * @param connections most at a time
     * @param idleTimeout how long a connection may move no byte
     * @param requestTimeout how long a request may take, its body included
     */
    public record Limits(
            int bodyBytes, int headerBytes, int connections, Duration idleTimeout, Duration requestTimeout) {

        private static final OptionType<Integer> BODY = OptionType.size(1024, 16 << 20);
        private static final OptionType<Integer> HEADER = OptionType.size(1024, 1 << 20);
        private static final OptionType<Integer> CONNECTIONS = OptionType.integer(1, 100_000);
        private static final OptionType<Duration> TIME =
                OptionType.duration(Duration.ofMillis(100), Duration.ofHours(1));

        private static final Limits DEFAULTS =
                new Limits(64 << 10, 8 << 10, 256, Duration.ofSeconds(60), Duration.ofSeconds(30));

        private static final OptionType<Limits> TYPE =
                OptionType.object("{\"bodyBytes\": \"64KiB\"}", Limits::read, Limits::write);

        /** @throws InvalidOptions for a value out of range */
        public Limits {
            BODY.check("bodyBytes", bodyBytes);
            HEADER.check("headerBytes", headerBytes);
            CONNECTIONS.check("connections", connections);
            TIME.check("idleTimeout", idleTimeout);
            TIME.check("requestTimeout", requestTimeout);
        }

        public static Limits defaults() {
            return DEFAULTS;
        }

        private static Limits read(OptionReader reader) {
            return new Limits(
                    reader.optional("bodyBytes", BODY, DEFAULTS.bodyBytes),
                    reader.optional("headerBytes", HEADER, DEFAULTS.headerBytes),
                    reader.optional("connections", CONNECTIONS, DEFAULTS.connections),
                    reader.optional("idleTimeout", TIME, DEFAULTS.idleTimeout),
                    reader.optional("requestTimeout", TIME, DEFAULTS.requestTimeout));
        }

        private JsonObject write() {
            return new JsonObject()
                    .put("bodyBytes", bodyBytes)
                    .put("headerBytes", headerBytes)
                    .put("connections", connections)
                    .put("idleTimeout", TIME.json(idleTimeout))
                    .put("requestTimeout", TIME.json(requestTimeout));
        }
    }

    private static final AdminOptions DEFAULTS =
            new AdminOptions("127.0.0.1", 8080, null, new Auth(null), false, Limits.defaults());

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
                .put("auth", Auth.TYPE.json(auth))
                .put("plaintext", plaintext)
                .put("limits", Limits.TYPE.json(limits));
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
        return new AdminOptions(host, port, tls, new Auth(changed), plaintext, limits);
    }

    public AdminOptions plaintext(boolean changed) {
        return new AdminOptions(host, port, tls, auth, changed, limits);
    }

    public AdminOptions limits(Limits changed) {
        return new AdminOptions(host, port, tls, auth, plaintext, changed);
    }

    private static AdminOptions read(OptionReader reader) {
        return new AdminOptions(
                reader.optional("host", OptionType.host(), DEFAULTS.host),
                reader.optional("port", PORT, DEFAULTS.port),
                reader.nullable("tls", Tls.TYPE),
                reader.optional("auth", Auth.TYPE, DEFAULTS.auth),
                reader.optional("plaintext", OptionType.bool(), DEFAULTS.plaintext),
                reader.optional("limits", Limits.TYPE, DEFAULTS.limits));
    }
}
