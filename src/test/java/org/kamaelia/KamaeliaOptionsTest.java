package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AuditOptions;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.Role;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;
import org.kamaelia.tcp.ListenerOptions;

class KamaeliaOptionsTest {

    private static KamaeliaOptions read(String json) {
        return KamaeliaOptions.fromJson(new JsonObject(json));
    }

    private static List<Problem> problems(String json) {
        return catchThrowableOfType(InvalidOptions.class, () -> read(json)).problems();
    }

    @Test
    void anEmbedderStartsWithoutListenersAndWithoutAControlPlane() {
        KamaeliaOptions options = new KamaeliaOptions();
        assertThat(options.admin()).isNull();
        assertThat(options.listeners()).isEmpty();
        assertThat(options.shutdown().total()).isEqualTo(Duration.ofSeconds(40));
        assertThat(read("{}")).isEqualTo(options);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        KamaeliaOptions options = new KamaeliaOptions()
                .eventLoops(3)
                .admin(AdminOptions.defaults().port(0))
                .schedulers(new SchedulerOptions(Duration.ofMillis(20)))
                .shutdown(new ShutdownOptions(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofSeconds(2)))
                .stateDirectory(Path.of("state"))
                .log(new LogOptions(LogOptions.Format.JSON, LogOptions.Level.DEBUG))
                .audit(new AuditOptions(Path.of("audit.jsonl")))
                .eventBus(new EventBusOptions(Role.OPERATOR))
                .certificate("web", new CertificateFiles.Pem(Path.of("web.crt"), Path.of("web.key")))
                .certificate("old", new CertificateFiles.Store(Path.of("keys.p12"), Path.of("password")))
                .certificate("open", new CertificateFiles.Store(Path.of("keys.jks"), null))
                .certificate("clients", new CertificateFiles.Authorities(Path.of("ca.crt")))
                .listener("echo", ListenerOptions.of("echo").port(7000))
                .listener("lines", ListenerOptions.of("lines"));
        assertThat(KamaeliaOptions.fromJson(options.toJson()))
                .isEqualTo(options)
                .hasSameHashCodeAs(options)
                .hasToString(options.toString());
    }

    @Test
    void aListenerIsRequiredUnlessItSaysOtherwise() {
        assertThat(read("{\"listeners\": [{\"name\": \"a\", \"protocol\": \"echo\"},"
                                + " {\"name\": \"b\", \"protocol\": \"echo\", \"required\": false}]}")
                        .listeners())
                .extracting(ConfiguredListener::required)
                .containsExactly(true, false);
    }

    @Test
    void allThatIsWrongIsToldAtOnceWithItsPlace() {
        assertThat(problems("""
                        {"eventLoops": -1, "schedulers": {"stepLimit": "0ms"}, "shutdwon": {}, "shutdown": {"delay": 5, "drain": "1s"},
                         "log": {"level": "loud"}, "admin": {"port": 65536},
                         "listeners": [{"name": "echo", "protocol": "echo", "port": "x", "state": "failed"}, {}]}
                        """))
                .extracting(Problem::pointer)
                .containsExactlyInAnyOrder(
                        "/eventLoops",
                        "/schedulers/stepLimit",
                        "/shutdwon",
                        "/shutdown/delay",
                        "/shutdown/drain",
                        "/log/level",
                        "/admin/port",
                        "/listeners/0/port",
                        "/listeners/0/state",
                        "/listeners/1/name",
                        "/listeners/1/protocol");
    }

    @Test
    void anUnknownKeyIsNamedWithItsPathAndTheNearestThereIs() {
        assertThat(problems("{\"shutdown\": {\"drainTimeot\": \"1s\"}}"))
                .singleElement()
                .extracting(Problem::detail)
                .isEqualTo("\"shutdown.drainTimeot\" is no option here: did you mean drainTimeout?");
    }

    @Test
    void twoListenersOfOneNameAreRefused() {
        assertThat(problems("{\"listeners\": [{\"name\": \"echo\", \"protocol\": \"echo\"},"
                        + " {\"name\": \"echo\", \"protocol\": \"discard\"}]}"))
                .containsExactly(
                        new Problem("/listeners/1/name", "listeners[1].name \"echo\" is taken: use another name"));
    }

    @Test
    void aListenersNameFitsIntoAPath() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ConfiguredListener.of("a/b", ListenerOptions.of("echo")))
                .withMessageContaining("name \"a/b\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"metrics\": {\"enabled\": true}}"})
    void whatComesLaterIsRefusedRatherThanIgnored(String json) {
        assertThat(problems(json))
                .singleElement()
                .extracting(Problem::detail)
                .asString()
                .contains("not supported yet");
    }

    @Test
    void whatComesLaterMayBeEmpty() {
        assertThat(
                        read(
                                "{\"stateDirectory\": null, \"certificates\": {}, \"audit\": {\"file\": null}, \"metrics\": {}}"))
                .isEqualTo(new KamaeliaOptions());
    }

    @Test
    void aCertificateHasOneOfThreeForms() {
        assertThat(problems("""
                        {"certificates": {"web": {"certificate": "a", "keystore": "b"}, "none": {}, "a/b": {"clientCa": "c"},
                         "typo": {"certificate": "a", "kye": "b"}, "ok": {"clientCa": "c"}}}
                        """))
                .extracting(Problem::pointer)
                .containsExactlyInAnyOrder(
                        "/certificates/web",
                        "/certificates/none",
                        "/certificates/a~1b",
                        "/certificates/typo",
                        "/certificates/typo/kye");
    }

    @Test
    void aDurationOutOfRangeIsRefusedInJavaToo() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> new ShutdownOptions(Duration.ZERO, Duration.ofDays(2), Duration.ofSeconds(1)))
                .withMessageContaining("drainTimeout");
    }
}
