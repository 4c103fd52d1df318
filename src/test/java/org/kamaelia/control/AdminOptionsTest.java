package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.AdminOptions.Limits;
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
                .tokenFile(Path.of("conf/tokens"))
                .plaintext(true)
                .limits(new Limits(1024, 4096, 3, Duration.ofSeconds(5), Duration.ofMinutes(1)));

        assertThat(AdminOptions.fromJson(options.toJson())).isEqualTo(options);
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
                {"host": "http://x", "port": "x", "tls": {"certificate": "c"}, "auth": {"clientCa": "ca.pem", "token": 1},
                 "plaintext": 1, "limits": {"bodyBytes": 10, "idleTimeout": "1ms"}, "hots": 1}""")));

        assertThat(invalid.problems())
                .extracting(Problem::pointer)
                .containsExactly(
                        "/host",
                        "/port",
                        "/tls/key",
                        "/auth/clientCa",
                        "/auth/token",
                        "/plaintext",
                        "/limits/bodyBytes",
                        "/limits/idleTimeout",
                        "/hots");
        assertThat(invalid.problems().get(2).detail()).isEqualTo("tls.key is missing: give one, as in \"tls.key\"");
    }
}
