package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.ConfiguredListener;
import org.kamaelia.KamaeliaOptions;

class ConfigurationTest {

    @TempDir
    Path folder;

    private @Nullable Path file;
    private Map<String, String> environment = Map.of();

    private void file(String name, String text) throws IOException {
        file = Files.writeString(folder.resolve(name), text);
    }

    private KamaeliaOptions load(String... assignments) {
        List<Setting> settings = Arrays.stream(assignments)
                .map(assignment -> Setting.parse("--set", assignment))
                .toList();
        return Configuration.load(new Command.Sources(file, settings), environment);
    }

    private List<String> problems(String... assignments) {
        return catchThrowableOfType(ConfigurationFailure.class, () -> load(assignments))
                .problems();
    }

    @Test
    void withoutAWordItIsEchoAndTheControlPlaneOnLoopback() {
        KamaeliaOptions options = load();
        assertThat(options.listeners()).singleElement().satisfies(echo -> {
            assertThat(echo.name()).isEqualTo("echo");
            assertThat(echo.required()).isTrue();
            assertThat(echo.options().host()).isEqualTo("127.0.0.1");
            assertThat(echo.options().port()).isEqualTo(1601);
            assertThat(echo.options().protocol()).isEqualTo("echo");
        });
        assertThat(options.admin().host()).isEqualTo("127.0.0.1");
        assertThat(options.admin().port()).isEqualTo(8080);
    }

    @Test
    void theFileOverrulesTheDefaultsKeyByKeyAndItsListenersReplaceTheirs() throws IOException {
        file("conf.yaml", """
                admin: {port: 9000}
                listeners:
                  - {name: a, protocol: discard}
                  - {name: b, protocol: echo, idleTimeout: off}
                """);
        KamaeliaOptions options = load();
        assertThat(options.admin().host()).isEqualTo("127.0.0.1");
        assertThat(options.admin().port()).isEqualTo(9000);
        assertThat(options.listeners()).extracting(ConfiguredListener::name).containsExactly("a", "b");
        assertThat(options.listeners().get(1).options().idleTimeout()).isZero();
    }

    @Test
    void laterSourcesOverruleEarlierOnes() throws IOException {
        file("conf.yaml", "shutdown: {delay: 1s, drainTimeout: 1s, closeTimeout: 1s}");
        environment = Map.of("KAMAELIA__SHUTDOWN__DRAIN_TIMEOUT", "2s", "KAMAELIA__SHUTDOWN__CLOSE_TIMEOUT", "2s");
        assertThat(load("shutdown.closeTimeout=3s").shutdown())
                .extracting(
                        shutdown -> shutdown.delay(),
                        shutdown -> shutdown.drainTimeout(),
                        shutdown -> shutdown.closeTimeout())
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @Test
    void jsonIsReadByItsNameOrByItsFirstCharacter() throws IOException {
        for (String name : List.of("conf.json", "conf")) {
            file(name, "{\"admin\": {\"port\": 9000}, \"listeners\": []}");
            assertThat(load().admin().port()).isEqualTo(9000);
            assertThat(load().listeners()).isEmpty();
        }
    }

    @Test
    void aFileOfCommentsChangesNothing() throws IOException {
        file("conf.yaml", "# nothing yet\n");
        assertThat(load().listeners()).hasSize(1);
    }

    @Test
    void theControlPlaneCanBeTurnedOff() throws IOException {
        file("conf.yaml", "admin: null");
        assertThat(load().admin()).isNull();
        file = null;
        assertThat(load("admin=null").admin()).isNull();
    }

    @Test
    void theEnvironmentReachesIntoLists() {
        environment = Map.of(
                "KAMAELIA__LISTENERS__0__PORT", "0",
                "KAMAELIA__LISTENERS__1__NAME", "lines",
                "KAMAELIA__LISTENERS__1__PROTOCOL", "lines",
                "KAMAELIA__LISTENERS__1__TCP_NO_DELAY", "false",
                "KAMAELIA__LISTENERS__1__PROTOCOL_OPTIONS", "{greeting: [a, 1]}");
        List<ConfiguredListener> listeners = load().listeners();
        assertThat(listeners).extracting(ConfiguredListener::name).containsExactly("echo", "lines");
        assertThat(listeners.get(0).options().port()).isZero();
        assertThat(listeners.get(1).options().tcpNoDelay()).isFalse();
        assertThat(listeners.get(1).options().protocolOptions().getJsonArray("greeting"))
                .containsExactly("a", 1);
    }

    @Test
    void otherVariablesAreIgnored() {
        environment =
                Map.of("KAMAELIA_PORT", "tcp://10.0.0.1:1601", "KAMAELIA_SERVICE_PORT", "1601", "KAMAELIAX__PORT", "1");
        assertThat(load()).isEqualTo(Configuration.load(new Command.Sources(null, List.of()), Map.of()));
    }

    @Test
    void aMissingFileIsNamed() {
        file = folder.resolve("none.yaml");
        assertThat(problems()).containsExactly(file + ": no such file");
    }

    @Test
    void aFolderIsNoFile() {
        file = folder;
        assertThat(problems()).containsExactly(folder + ": is a directory, not a configuration file");
    }

    @Test
    void whatIsNotTextIsToldSo() throws IOException {
        file = Files.write(folder.resolve("conf.yaml"), new byte[] {(byte) 0xC3, 0x28});
        assertThat(problems()).containsExactly(file + ": is not UTF-8 text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conf.yaml|'admin:\n  port: [1'|:2:11: malformed: expected ',' or ']', but got <stream end>",
                "conf.yaml|'admin: {port: 1}\n\tlog: {}'|:2:1: malformed: ",
                "conf.yaml|'a: b: c'|:1:5: malformed: mapping values are not allowed here",
                "conf.json|'{\"admin\": {\"port\": 1,}}'|:1:22: malformed: Unexpected character ('}' (code 125))",
                "conf.json|'{\"admin\": '|:1:11: malformed: Unexpected end-of-input",
                "conf.json|'{} {}'|:1:4: more than one document",
                "conf.yaml|'admin: {}\n---\nlog: {}'|:3:1: more than one document",
                "conf.yaml|'- a'|:1:1: must be a mapping of keys to values",
                "conf.yaml|'log: {}\nadmin: {}\nlog: {}'|:3:1: log: given twice",
                "conf.yaml|'log: &a {level: info}\nadmin: *a'|:2:8: admin: aliases (*name) are not supported",
            })
    void aMalformedFileIsToldWithItsLineAndColumn(String name, String text, String problem) throws IOException {
        file(name, text);
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith(file + problem)
                .doesNotContain("\n");
    }

    @Test
    void aWrongValueIsToldWithWhereItStands() throws IOException {
        file("conf.yaml", """
                admin:
                  prot: 1
                listeners:
                  - {name: echo, protocol: echo, port: 70000}
                  - protocol: echo
                """);
        environment = Map.of("KAMAELIA__LOG__LEVEL", "loud");
        assertThat(problems("shutdown.delay=soon"))
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith(file + ":2:3: \"admin.prot\" is no option"),
                        problem -> assertThat(problem).startsWith(file + ":4:34: listeners[0].port 70000 is out"),
                        problem -> assertThat(problem).startsWith(file + ":5:5: listeners[1].name is missing"),
                        problem -> assertThat(problem).startsWith("KAMAELIA__LOG__LEVEL: log.level \"loud\""),
                        problem -> assertThat(problem).startsWith("--set shutdown.delay: shutdown.delay \"soon\""));
    }

    @Test
    void aValueThatOverrulesTheFileIsNotBlamedOnTheFile() throws IOException {
        file("conf.yaml", "admin: {port: 1}");
        assertThat(problems("admin={port: x}")).singleElement().asString().startsWith("--set admin: admin.port \"x\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listeners.2.port=1|--set listeners.2.port: \"2\" is no element of a list of 1",
                "listeners.echo.port=1|--set listeners.echo.port: \"echo\" is no element of a list of 1",
                "admin..port=1|--set admin..port: has an empty key",
                "admin={port|--set admin: malformed value {port",
            })
    void aSettingThatGoesNowhereIsTold(String assignment, String problem) {
        assertThat(problems(assignment)).singleElement().asString().startsWith(problem);
    }
}
