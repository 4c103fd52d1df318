package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.control.AdminAuth.Client;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;

class AdminOptionsTest {

    @Test
    void byDefaultItIsLoopbackWithoutTokens() {
        AdminOptions options = AdminOptions.fromJson(new JsonObject());

        assertThat(options).isEqualTo(AdminOptions.defaults());
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.tls()).isNull();
        assertThat(options.auth().tokenFile()).isNull();
        assertThat(options.plaintext()).isFalse();
        assertThat(options.limits().bodyBytes()).isEqualTo(65536);
    }

    @Test
    void itReadsBackAsItWasWritten() {
        AdminOptions options = AdminOptions.defaults()
                .host("0.0.0.0")
                .port(0)
                .tls(new Tls(Path.of("a.crt"), Path.of("a.key")))
                .plaintext(true)
                .auth(new AdminAuth(
                        Path.of("conf/tokens"),
                        Path.of("ca.crt"),
                        List.of(new Client(new X500Principal("CN=ops,O=Test"), Role.OPERATOR))))
                .limits(AdminLimits.defaults()
                        .bodyBytes(1024)
                        .headerBytes(4096)
                        .connections(3)
                        .requests(2)
                        .rate(7, 9)
                        .idleTimeout(Duration.ofSeconds(5))
                        .requestTimeout(Duration.ofMinutes(1)));

        assertThat(AdminOptions.fromJson(options.toJson())).isEqualTo(options);
        AdminOptions named = options.tls(new Tls(List.of("web"), null));
        assertThat(AdminOptions.fromJson(named.toJson())).isEqualTo(named);
    }

    @Test
    void nothingMoreThanNullIsNeeded() {
        assertThat(AdminOptions.fromJson(new JsonObject("""
                {"tls": null, "auth": {"tokenFile": null, "clientCa": null}, "limits": {}}"""))).isEqualTo(AdminOptions.defaults());
    }

    @Test
    void whatIsWrongIsToldWithItsPlace() {
        InvalidOptions invalid =
                catchThrowableOfType(InvalidOptions.class, () -> AdminOptions.fromJson(new JsonObject("""
                {"host": "http://x", "port": "x", "tls": {"certificate": "c"}, "auth": {"clientCa": 7, "token": 1},
                 "plaintext": 1, "limits": {"bodyBytes": 10, "idleTimeout": "1ms"}, "hots": 1}""")));

        assertThat(invalid.problems())
                .extracting(Problem::pointer)
                .containsExactly(
                        "/host",
                        "/port",
                        "/tls",
                        "/auth/clientCa",
                        "/auth/token",
                        "/plaintext",
                        "/limits/bodyBytes",
                        "/limits/idleTimeout",
                        "/hots");
        assertThat(invalid.problems().get(2).detail())
                .startsWith("certificate is no certificate: use certificate and key");
    }

    @Test
    void theBurstIsASecondsWorthUnlessItIsGiven() {
        assertThat(AdminOptions.fromJson(new JsonObject("{\"limits\": {\"ratePerSecond\": 20}}"))
                        .limits()
                        .rateBurst())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'clientCa': 'ca'}|/auth/clients|lets nobody in",
                "{'clients': [{'subject': 'CN=a', 'role': 'admin'}]}|/auth/clientCa|needs auth.clientCa",
                "{'clientCa': 'ca', 'clients': [{'subject': 'ops', 'role': 'admin'}]}|/auth/clients/0/subject|RFC 2253",
                "{'clientCa': 'ca', 'clients': [{'subject': '', 'role': 'admin'}]}|/auth/clients/0/subject|RFC 2253",
                "{'clientCa': 'ca', 'clients': [{'subject': 'CN=a', 'role': 'root'}]}|/auth/clients/0/role|one of viewer",
                "{'clientCa': 'ca', 'clients': [{'subject': 'CN=a'}]}|/auth/clients/0/role|is missing",
                "{'clientCa': 'ca', 'clients': [{'subject': 'CN=a', 'role': 'admin', 'rank': 1}]}|/auth/clients/0/rank|no option",
                "{'clientCa': 'ca', 'clients': [{'subject': 'CN=a,O=b', 'role': 'admin'}, {'subject': 'cn=A, o=B', 'role': 'viewer'}]}"
                        + "|/auth/clients/1/subject|there twice",
            })
    void aMistakeAboutCertificatesIsToldWithItsPlace(String auth, String pointer, String detail) {
        JsonObject options = new JsonObject().put("auth", new JsonObject(auth.replace('\'', '"')));

        InvalidOptions invalid = catchThrowableOfType(InvalidOptions.class, () -> AdminOptions.fromJson(options));

        assertThat(invalid.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isEqualTo(pointer);
            assertThat(problem.detail()).contains(detail);
        });
    }
}
