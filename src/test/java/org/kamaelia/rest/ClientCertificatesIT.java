package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.OpenSsl;
import org.kamaelia.Running;
import org.kamaelia.control.AdminAuth;
import org.kamaelia.control.AdminAuth.Client;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Wire.Answer;

/** Callers who show a certificate in place of a token. */
class ClientCertificatesIT {

    private static final String LISTENERS = "/api/v1/listeners";
    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";
    private static final String JSON = "Content-Type: application/json";

    @TempDir
    static Path made;

    private static OpenSsl openssl;

    private final NewToken viewer = Tokens.create("vera", Role.VIEWER);

    @TempDir
    Path used;

    private Path authorities;
    private Served served;

    @BeforeAll
    static void make() throws Exception {
        openssl = new OpenSsl(made)
                .selfSigned("server", "/CN=server")
                .selfSigned("ca", "/CN=Test CA")
                .selfSigned("other-ca", "/CN=Test CA")
                .signed("ops", "/O=Test/CN=ops", "ca")
                .signed("namesake", "/O=Elsewhere/CN=ops", "ca")
                .signed("forged", "/O=Test/CN=ops", "other-ca");
    }

    @BeforeEach
    void use() throws IOException {
        authorities = Files.copy(openssl.file("ca.crt"), used.resolve("ca.crt"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static AdminOptions secure(AdminAuth auth) {
        return AdminOptions.defaults()
                .tls(new Tls(openssl.file("server.crt"), openssl.file("server.key")))
                .auth(auth);
    }

    private void serve(Path tokens) {
        Client ops = new Client(new X500Principal("CN=OPS, O=Test"), Role.OPERATOR);
        served = new Served(secure(new AdminAuth(tokens, authorities, List.of(ops))));
    }

    private void serveWithTokens() throws IOException {
        serve(Files.writeString(used.resolve("tokens"), viewer.line()));
    }

    private static SSLContext as(String name) throws Exception {
        return name.isEmpty()
                ? Wire.client(null, null)
                : Wire.client(openssl.file(name + ".crt"), openssl.file(name + ".key"));
    }

    private Wire wire(String name) throws Exception {
        return Wire.secure(as(name), served.port());
    }

    @Test
    void aCertificateStandsInPlaceOfATokenWithTheRoleOfItsSubject() throws Exception {
        serve(null);

        try (Wire wire = wire("ops")) {
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);
            assertThat(wire.ask("PUT " + LISTENERS + "/echo", ECHO, JSON).status())
                    .isEqualTo(201);
        }
    }

    @Test
    void withoutTokenAndCertificateOnlyProbesAreAnswered() throws Exception {
        serve(null);

        try (Wire wire = wire("")) {
            Answer refused = wire.get(LISTENERS);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.detail())
                    .isEqualTo("this needs a token: send Authorization: Bearer and the token, or show a client"
                            + " certificate");
            assertThat(wire.get("/health/ready").json().fieldNames()).containsExactly("status");
        }
        try (Wire wire = wire("ops")) {
            assertThat(wire.get("/health/ready").json().fieldNames()).contains("reasons");
        }
    }

    @Test
    void aNamesakeOfAnotherOrganisationIsNobody() throws Exception {
        serve(null);

        try (Wire wire = wire("namesake")) {
            Answer refused = wire.get(LISTENERS);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.detail())
                    .isEqualTo("the certificate of CN=ops,O=Elsewhere is not in admin.auth.clients");
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityDoesNotConnect() throws Exception {
        serve(null);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (Wire wire = wire("forged")) {
                wire.get(LISTENERS);
            }
        });
    }

    @Test
    void aTokenThatIsSentDecidesWhateverTheCertificate() throws Exception {
        serveWithTokens();
        try (Wire wire = wire("ops")) {
            Answer low = wire.ask("PUT " + LISTENERS + "/echo", ECHO, JSON, "Authorization: Bearer " + viewer.token());
            assertThat(low.status()).isEqualTo(403);
            assertThat(low.detail()).isEqualTo("this needs the role operator, and vera has viewer");
            assertThat(wire.get(LISTENERS, "Authorization: Bearer nonsense").status())
                    .isEqualTo(401);
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);
        }
        try (Wire wire = wire("")) {
            assertThat(wire.get(LISTENERS, "Authorization: Bearer " + viewer.token())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutATokenFileATokenIsWrong() throws Exception {
        serve(null);

        try (Wire wire = wire("ops")) {
            assertThat(wire.get(LISTENERS, "Authorization: Bearer x").status()).isEqualTo(401);
        }
    }

    @Test
    void anAuthorityThatIsTakenAwayIsOfNoUseOnConnectionsThatAreOpen() throws Exception {
        serve(null);
        try (Wire wire = wire("ops")) {
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);

            Files.copy(openssl.file("other-ca.crt"), authorities, StandardCopyOption.REPLACE_EXISTING);

            Answer[] answer = {null};
            Running.until("it is refused", () -> {
                answer[0] = wire.get(LISTENERS);
                return answer[0].status() != 200;
            });
            assertThat(answer[0].status()).isEqualTo(401);
            assertThat(answer[0].detail())
                    .isEqualTo("the certificate of CN=ops,O=Test is not, or no longer, of use here");
            assertThat(wire.get("/health/live").status()).isEqualTo(200);
        }
        try (Wire wire = wire("forged")) {
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);
        }
    }

    @Test
    @Timeout(60)
    void anAuthorityThatIsTakenAwayEndsTheEventStreamsOfItsClients() throws Exception {
        serve(null);
        try (Wire wire = wire("ops")) {
            assertThat(wire.get("/api/v1/events").status()).isEqualTo(200);

            Files.copy(openssl.file("other-ca.crt"), authorities, StandardCopyOption.REPLACE_EXISTING);

            assertThat(wire.hears(": whoever asked is not known any more")).isTrue();
        }
    }

    @Test
    void moreAuthoritiesLeaveOpenConnectionsAlone() throws Exception {
        serve(null);
        try (Wire wire = wire("ops")) {
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);

            Files.writeString(
                    authorities,
                    Files.readString(openssl.file("ca.crt")) + Files.readString(openssl.file("other-ca.crt")));

            Running.until("the other authority is known", () -> {
                try (Wire other = wire("forged")) {
                    return other.get(LISTENERS).status() == 200;
                } catch (IOException notYet) {
                    return false;
                }
            });
            assertThat(wire.get(LISTENERS).status()).isEqualTo(200);
        }
    }
}
