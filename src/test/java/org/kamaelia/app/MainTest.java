package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;

/** What needs no server; {@link MainIT} runs the real process. */
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Main(Map.of(), stream(out), stream(err)).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("--config FILE").contains("KAMAELIA__ADMIN__PORT");
        assertThat(err()).isEmpty();
    }

    @Test
    void helpIsGivenWhateverElseIsAsked() {
        assertThat(run("--nonsense", "--help")).isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    void theConfigurationIsPrintedAsItWouldBeReadBack() {
        assertThat(run("--print-config", "--port=0", "--admin-port", "9000")).isZero();
        JsonObject printed = new JsonObject(out());
        assertThat(printed.getJsonObject("admin").getInteger("port")).isEqualTo(9000);
        assertThat(printed.getJsonArray("listeners").getJsonObject(0).getInteger("port"))
                .isZero();
    }

    @Test
    void aNewTokenIsToldApartFromTheLineForTheFile() {
        assertThat(run("--new-token", "ops", "operator")).isZero();
        assertThat(out()).matches("ops operator sha256:[0-9a-f]{64}\\R");
        String token = err().strip().replaceFirst(".* ", "");
        assertThat(Tokens.parse("tokens", out()).find(token)).contains(new Tokens.Holder("ops", Role.OPERATOR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--confg x|unknown option --confg, did you mean --config?; --help tells what there is",
                "--frobnicate|unknown option --frobnicate; --help tells what there is",
                "start|unexpected argument start; --help tells what there is",
                "--config|--config wants FILE",
                "--config --port 0|--config wants FILE",
                "--set port|--set wants KEY=VALUE, as in admin.port=0, not port",
                "--port|--port wants PORT",
                "--port=x|--port: listeners[0].port \"x\" is not a whole number: use 0 (any free) to 65535",
                "--new-token ops|--new-token wants NAME ROLE",
                "--new-token ops root|--new-token: role \"root\" is unknown: use viewer, operator, admin",
            })
    void aWrongCommandLineIsOneLineAndStatusTwo(String arguments, String problem) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err()).isEqualTo("kamaelia-vertx: " + problem + System.lineSeparator());
        assertThat(out()).isEmpty();
    }
}
