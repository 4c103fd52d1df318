package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * Who may call the admin plane. With neither tokens nor certificates it is whoever is on this host.
 *
 * @param tokenFile as {@link Tokens} reads it; null for no tokens
 * @param clientCa the authorities (PEM) that sign clients' certificates; null for no certificates
 * @param clients whose certificates count, each subject once; there if, and only if, there is a {@code clientCa}
 */
public record AdminAuth(@Nullable Path tokenFile, @Nullable Path clientCa, List<Client> clients) {

    /**
     * Somebody with a certificate.
     *
     * @param subject the whole of the certificate's: a common name alone could be had from an authority twice
     */
    public record Client(X500Principal subject, Role role) {

        private static final OptionType<X500Principal> SUBJECT = OptionType.word(
                "a certificate's subject",
                "the whole of it as RFC 2253 has it, as in \"CN=ops,O=Test\" (openssl x509 -noout -subject -nameopt RFC2253)",
                text -> subject(text.toString()),
                X500Principal::getName);

        private static final OptionType<Role> ROLE = OptionType.word(
                "a role", "one of viewer, operator, admin", word -> Role.named(word.toString()), Role::word);

        static final OptionType<Client> TYPE = OptionType.object(
                "{\"subject\": \"CN=ops,O=Test\", \"role\": \"operator\"}", Client::read, Client::toJson);

        private static X500Principal subject(String text) {
            X500Principal subject = new X500Principal(text);
            if (subject.getName().isEmpty()) {
                throw new IllegalArgumentException("nobody's");
            }
            return subject;
        }

        private static Client read(OptionReader reader) {
            return new Client(
                    reader.required("subject", SUBJECT, new X500Principal("CN=ops,O=Test")),
                    reader.required("role", ROLE, Role.OPERATOR));
        }

        private JsonObject toJson() {
            return new JsonObject().put("subject", SUBJECT.json(subject)).put("role", role.word());
        }
    }

    private static final OptionType<List<Client>> CLIENTS = OptionType.listOf(Client.TYPE);

    /** Whoever is on this host. */
    public static final AdminAuth NONE = new AdminAuth(null, null, List.of());

    static final OptionType<AdminAuth> TYPE =
            OptionType.object("{\"tokenFile\": \"tokens\"}", AdminAuth::read, AdminAuth::toJson);

    /** @throws InvalidOptions if {@code clientCa} and {@code clients} do not fit, or a subject is there twice */
    public AdminAuth {
        clients = List.copyOf(clients);
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        if (clientCa == null && !clients.isEmpty()) {
            problems.add(new InvalidOptions.Problem(
                    "/clientCa",
                    "auth.clients needs auth.clientCa, a PEM file of the authorities that sign their certificates"));
        }
        if (clientCa != null && clients.isEmpty()) {
            problems.add(new InvalidOptions.Problem(
                    "/clients",
                    "auth.clientCa without auth.clients lets nobody in: list whose certificates count, as in"
                            + " [{\"subject\": \"CN=ops,O=Test\", \"role\": \"operator\"}]"));
        }
        Set<X500Principal> subjects = new HashSet<>();
        for (int i = 0; i < clients.size(); i++) {
            if (!subjects.add(clients.get(i).subject())) {
                problems.add(new InvalidOptions.Problem(
                        "/clients/" + i + "/subject",
                        "auth.clients[" + i + "].subject \""
                                + clients.get(i).subject().getName()
                                + "\" is there twice: give it one role"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
    }

    /** Whether a caller must show who they are. */
    public boolean required() {
        return tokenFile != null || clientCa != null;
    }

    /** The client with that subject. Case and spaces do not count, order does. */
    public Optional<Client> client(X500Principal subject) {
        return clients.stream().filter(each -> each.subject().equals(subject)).findFirst();
    }

    private static AdminAuth read(OptionReader reader) {
        return new AdminAuth(
                reader.nullable("tokenFile", OptionType.path()),
                reader.nullable("clientCa", OptionType.path()),
                reader.optional("clients", CLIENTS, List.of()));
    }

    private JsonObject toJson() {
        JsonObject json = new JsonObject();
        if (tokenFile != null) {
            json.put("tokenFile", tokenFile.toString());
        }
        if (clientCa != null) {
            json.put("clientCa", clientCa.toString()).put("clients", CLIENTS.json(clients));
        }
        return json;
    }
}
