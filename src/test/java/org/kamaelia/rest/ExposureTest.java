package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.AdminAuth;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.Role;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;

class ExposureTest {

    private static final AdminOptions LOOPBACK = AdminOptions.defaults();
    private static final Path TOKENS = Path.of("tokens");

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "localhost", "LocalHost", "::1", "0:0:0:0:0:0:0:1"})
    void onLoopbackNothingIsNeeded(String host) {
        assertThatCode(() -> Exposure.check(LOOPBACK.host(host))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "my-host", "127.0.0.1.example", "::ffff:10.0.0.1"})
    void beyondItTokensAndTlsAreNeeded(String host) {
        assertThat(catchThrowableOfType(InvalidOptions.class, () -> Exposure.check(LOOPBACK.host(host)))
                        .problems())
                .extracting(Problem::pointer)
                .containsExactly("/admin/auth/tokenFile", "/admin/tls");
    }

    @Test
    void eachIsToldWithItsRemedies() {
        assertThat(catchThrowableOfType(
                                InvalidOptions.class,
                                () -> Exposure.check(LOOPBACK.host("0.0.0.0").plaintext(true)))
                        .problems())
                .extracting(Problem::detail)
                .containsExactly(
                        "admin.host 0.0.0.0 can be reached from other machines, and anybody there could call: set"
                                + " admin.auth.tokenFile (--new-token makes a token) or admin.auth.clientCa, or use host"
                                + " 127.0.0.1");
        assertThat(catchThrowableOfType(
                                InvalidOptions.class,
                                () -> Exposure.check(LOOPBACK.host("0.0.0.0").tokenFile(TOKENS)))
                        .problems())
                .extracting(Problem::detail)
                .containsExactly("admin.host 0.0.0.0 can be reached from other machines, and tokens would travel in the"
                        + " clear: set admin.tls, or admin.plaintext: true if something in front speaks TLS, or use host"
                        + " 127.0.0.1");
    }

    @Test
    void plaintextIsTakenAtItsWord() {
        assertThatCode(() -> Exposure.check(
                        LOOPBACK.host("0.0.0.0").tokenFile(TOKENS).plaintext(true)))
                .doesNotThrowAnyException();
    }

    @Test
    void certificatesOfClientsDoAsWellAsTokensAndNeedTls() {
        AdminAuth auth = new AdminAuth(
                null, Path.of("ca"), List.of(new AdminAuth.Client(new X500Principal("CN=ops"), Role.VIEWER)));
        AdminOptions options = LOOPBACK.host("0.0.0.0").auth(auth);

        assertThatCode(() -> Exposure.check(options.tls(new Tls(Path.of("crt"), Path.of("key")))))
                .doesNotThrowAnyException();
        assertThat(catchThrowableOfType(InvalidOptions.class, () -> Exposure.check(options.plaintext(true)))
                        .problems())
                .extracting(Problem::pointer)
                .containsExactly("/admin/auth/clientCa");
    }
}
