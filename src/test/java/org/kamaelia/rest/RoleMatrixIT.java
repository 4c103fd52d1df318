package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kamaelia.OpenSsl;
import org.kamaelia.control.AdminAuth;
import org.kamaelia.control.AdminAuth.Client;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Document.Operation;
import org.kamaelia.rest.Wire.Answer;

/**
 * Every operation of the contract, asked for by everybody: it is allowed exactly where its role says so. All ask with a body and
 * parameters that no operation takes, so that a refusal for the role shows that it comes before any look at the input.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RoleMatrixIT {

    private static final String NONSENSE = "nonsense";

    private final List<Asking> all = new ArrayList<>();
    private Served served;
    private int addresses;

    /** @param role null for somebody unknown */
    private record Asking(String who, SSLContext as, String authorization, Role role) {

        boolean may(Operation operation) {
            JsonArray security = operation.node().json.getJsonArray("security");
            if (security != null && security.isEmpty()) {
                return true; // a probe
            }
            return role != null
                    && role.includes(Role.named(operation.node().json.getString("x-role")));
        }

        @Override
        public String toString() {
            return who;
        }
    }

    @BeforeAll
    void serve(@TempDir Path folder) throws Exception {
        OpenSsl openssl = new OpenSsl(folder).selfSigned("server", "/CN=server").selfSigned("ca", "/CN=Test CA");
        List<Client> clients = new ArrayList<>();
        StringBuilder tokens = new StringBuilder();
        SSLContext bare = Wire.client(null, null);
        all.add(new Asking("nobody", bare, "", null));
        all.add(new Asking("a wrong token", bare, "Authorization: Bearer kam_wrong", null));
        for (Role role : Role.values()) {
            NewToken token = Tokens.create("t-" + role.word(), role);
            tokens.append(token.line()).append('\n');
            all.add(new Asking(role.word() + "'s token", bare, "Authorization: Bearer " + token.token(), role));
            openssl.signed(role.word(), "/CN=" + role.word(), "ca");
            clients.add(new Client(new X500Principal("CN=" + role.word()), role));
            SSLContext shown = Wire.client(openssl.file(role.word() + ".crt"), openssl.file(role.word() + ".key"));
            all.add(new Asking(role.word() + "'s certificate", shown, "", role));
        }
        openssl.signed("stranger", "/CN=stranger", "ca");
        SSLContext stranger = Wire.client(openssl.file("stranger.crt"), openssl.file("stranger.key"));
        all.add(new Asking("a stranger's certificate", stranger, "", null));
        Path file = Files.writeString(folder.resolve("tokens"), tokens);
        served = new Served(AdminOptions.defaults()
                .tls(new Tls(openssl.file("server.crt"), openssl.file("server.key")))
                .auth(new AdminAuth(file, openssl.file("ca.crt"), clients)));
    }

    @AfterAll
    void stop() {
        served.close();
    }

    static Stream<Operation> operations() {
        return Document.read().operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isAllowedToThoseOfItsRoleAndToNobodyElse(Operation operation) throws IOException {
        for (Asking asking : all) {
            Answer answer = ask(operation, asking);

            if (asking.may(operation)) {
                assertThat(answer.status()).as("%s by %s", operation, asking).isNotIn(401, 403, 429, 500, 503);
            } else {
                assertThat(answer.status())
                        .as("%s by %s", operation, asking)
                        .isEqualTo(asking.role() == null ? 401 : 403);
                assertThat(answer.type()).isEqualTo(asking.role() == null ? "unauthenticated" : "forbidden");
            }
        }
    }

    /** Each from an address of its own: wrong tokens from one would be answered ever later. */
    private Answer ask(Operation operation, Asking asking) throws IOException {
        String path = operation.prefix() + operation.path().replaceAll("\\{\\w+}", NONSENSE);
        addresses++;
        String from = "127.1." + addresses / 250 + "." + (1 + addresses % 250);
        try (Wire wire = Wire.secureFrom(from, asking.as(), served.port())) {
            List<String> headers = new ArrayList<>(List.of("Content-Type: text/plain"));
            if (!asking.authorization().isEmpty()) {
                headers.add(asking.authorization());
            }
            return wire.ask(
                    operation.method() + " " + path + "?" + NONSENSE + "=1", NONSENSE, headers.toArray(String[]::new));
        }
    }
}
