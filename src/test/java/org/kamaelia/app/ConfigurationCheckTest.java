package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --print-config}, and a start, find wrong with a configuration before anything is opened. */
class ConfigurationCheckTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String configuration, String... more) throws IOException {
        Path file = directory.resolve("kamaelia.yaml");
        Files.writeString(file, configuration.replace("DIR", directory.toString()));
        String[] arguments = new String[more.length + 2];
        System.arraycopy(more, 0, arguments, 0, more.length);
        arguments[more.length] = "--config";
        arguments[more.length + 1] = file.toString();
        return new Main(Map.of(), stream(out), stream(err)).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    /** Without the name of the program and the directory. */
    private List<String> told() {
        return err.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replace("kamaelia-vertx: ", "").replace(directory.toString(), "DIR"))
                .toList();
    }

    private static final String FAULTY = """
            admin: {host: 0.0.0.0, port: 0, auth: {tokenFile: DIR/tokens}}
            stateDirectory: DIR/kamaelia.yaml/state
            audit: {file: DIR/logs/audit.jsonl}
            certificates:
              web: {certificate: DIR/web.crt, key: DIR/web.key}
            listeners:
              - {name: echo, port: 7000, protocol: ecco}
              - {name: lines, port: 7000, protocol: lines, protocolOptions: {longest: 5}}
              - {name: relay, port: 0, protocol: relay, protocolOptions: {upstreams: ["db:5432"]}}
              - {name: spare, port: 0, protocol: none, required: false}
            """;

    @Test
    void allThatIsWrongIsToldAtOnceWithItsPlaceAndARemedy() throws IOException {
        assertThat(run(FAULTY, "--print-config")).isEqualTo(2);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(told())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:5:")
                        .contains("certificates.web.certificate DIR/web.crt cannot be read: no such file"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("DIR/kamaelia.yaml:1:").contains("admin.tls"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:1:")
                        .contains("token file DIR/tokens cannot be read: there is no such file"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:2:")
                        .contains("stateDirectory DIR/kamaelia.yaml/state cannot be used")
                        .endsWith("it must be a directory that this process may write"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:3:")
                        .contains("audit.file DIR/logs/audit.jsonl cannot be opened: there is no directory DIR/logs"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:7:")
                        .contains("listener echo: protocol \"ecco\" is unknown: use one of"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:8:")
                        .contains("listener lines: protocol lines has no option \"longest\""))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:8:")
                        .contains("listener lines: 0.0.0.0:7000 is taken by listener echo: use another port"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("DIR/kamaelia.yaml:9:")
                        .contains("listener relay: upstream db:5432 is outside the policy"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("warning: DIR/kamaelia.yaml:10:")
                        .contains("listener spare: protocol \"none\" is unknown"))
                .hasSize(10);
    }

    @Test
    void aStartFindsTheSameAndLeavesWarningsToTheLog() throws IOException {
        assertThat(run(FAULTY)).isEqualTo(2);

        assertThat(told()).hasSize(9).noneMatch(line -> line.contains("spare"));
    }

    @Test
    void whatIsRightIsPrintedAndNothingIsMade() throws IOException {
        assertThat(run("""
                admin: {port: 0}
                stateDirectory: DIR/state/of/mine
                audit: {file: DIR/state/of/mine/audit.jsonl}
                listeners:
                  - {name: echo, port: 0, protocol: echo}
                """, "--print-config"))
                .as(() -> String.join("\n", told()))
                .isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("of/mine");
        assertThat(directory).isDirectoryNotContaining(made -> !made.endsWith("kamaelia.yaml"));
    }

    @Test
    void whatIsWrongInOnePartHidesNothingOfTheOthers() throws IOException {
        assertThat(run("""
                        admin: {port: 0, auth: {tokenFile: DIR/tokens}}
                        audit: {file: DIR/logs/audit.jsonl}
                        shutdown: {delay: 5}
                        listeners:
                          - {name: echo, prot: 7000, protocol: echo}
                          - {name: lines, port: 7000, protocol: liens}
                        """, "--print-config")).isEqualTo(2);

        assertThat(told())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("yaml:3:").contains("shutdown.delay 5 is not a duration"),
                        line -> assertThat(line)
                                .contains("yaml:5:")
                                .contains("\"listeners[0].prot\" is no option here"),
                        line -> assertThat(line).contains("yaml:1:").contains("token file DIR/tokens cannot be read"),
                        line -> assertThat(line).contains("yaml:2:").contains("there is no directory DIR/logs"),
                        line -> assertThat(line).contains("yaml:6:").contains("protocol \"liens\" is unknown"));
    }

    @Test
    void whatRefersToAPartWithAFaultIsNotBlamedForIt() throws IOException {
        assertThat(run("""
                        admin: null
                        certificates: {web: {certificat: web.crt}}
                        policy: {port: 1}
                        listeners:
                          - {name: echo, port: 0, protocol: echo, tls: {certificates: [web]}}
                          - {name: relay, port: 0, protocol: relay, protocolOptions: {upstreams: ["db:5432"]}}
                        """)).isEqualTo(2);

        assertThat(told()).isNotEmpty().allMatch(line -> line.contains("yaml:2:") || line.contains("yaml:3:"));
    }

    @Test
    void whatKeepsAListenerThatIsNotRequiredFromStartingIsAWarning() throws IOException {
        assertThat(run("""
                        admin: null
                        listeners:
                          - {name: spare, port: 7000, protocol: none, required: false}
                          - {name: echo, port: 7001, protocol: echo}
                          - {name: twin, port: 7001, protocol: echo, required: false}
                        """, "--print-config")).isZero();

        assertThat(told())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("warning: DIR/kamaelia.yaml:3:")
                                .contains("listener spare: protocol \"none\" is unknown"),
                        line -> assertThat(line)
                                .startsWith("warning: DIR/kamaelia.yaml:5:")
                                .contains("listener twin: 0.0.0.0:7001 is taken by listener echo"));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("spare");
    }

    @Test
    void aListenerThatComesFirstHasItsPortRequiredOrNot() throws IOException {
        assertThat(run("""
                        admin: null
                        listeners:
                          - {name: spare, port: 7000, protocol: echo, required: false}
                          - {name: echo, port: 7000, protocol: echo}
                        """, "--print-config")).isEqualTo(2);

        assertThat(told())
                .singleElement()
                .asString()
                .contains("listener echo: 0.0.0.0:7000 is taken by listener spare");
    }
}
