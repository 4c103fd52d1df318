package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.Running;
import org.kamaelia.app.RunningJar.Addresses;

/** The process that {@code java -jar target/kamaelia-vertx.jar} starts. */
@Timeout(60)
class MainIT {

    private static final String[] ANY_PORTS = {"--port", "0", "--admin-port", "0"};

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private static void echoes(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(text.length())).asString().isEqualTo(text);
    }

    private HttpResponse<String> get(Addresses at, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(at.admin() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static ServerSocket bind(int port) throws IOException {
        return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    @Test
    void withoutAWordItIsEchoAndTheControlPlaneOnLoopback() throws Exception {
        assumeTrue(isFree(1601) && isFree(8080), "port 1601 or 8080 is taken on this machine");
        try (RunningJar jar = RunningJar.start()) {
            Addresses at = jar.addresses();
            assertThat(at.line())
                    .matches("kamaelia-vertx \\S+: echo on 127\\.0\\.0\\.1:1601; control plane on"
                            + " http://127\\.0\\.0\\.1:8080");
            try (Socket client = at.connect()) {
                echoes(client, "hello");
            }
            assertThat(get(at, "/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @CsvSource({"false, epoll", "true, nio"})
    void itTakesTheNativeTransportWhereThereIsOne(boolean none, String transport) throws Exception {
        try (RunningJar jar = RunningJar.startWith(List.of("-Dio.netty.transport.noNative=" + none), ANY_PORTS)) {
            Addresses at = jar.addresses();
            try (Socket client = at.connect()) {
                echoes(client, "hello");
            }
            String info = get(at, "/api/v1/info").body();
            assertThat(new JsonObject(info).getString("transport")).isEqualTo(transport);
        }
    }

    @Test
    void sigtermDrainsWhatIsOpenAndThenEndsWithStatusZero() throws Exception {
        try (RunningJar jar = RunningJar.start(ANY_PORTS)) {
            Addresses at = jar.addresses();
            try (Socket client = at.connect()) {
                echoes(client, "before");
                jar.terminate();
                jar.awaitStandardError(line -> line.contains("SIGTERM"));
                awaitRefused(at);
                echoes(client, "while it drains");
                assertThat(jar.isAlive()).isTrue();
            }
            assertThat(jar.status()).isZero();
            assertThat(jar.restOfStandardOutput()).isEmpty();
        }
    }

    @Test
    void sighupDrainsAsWell() throws Exception {
        try (RunningJar jar = RunningJar.startHearing("HUP", ANY_PORTS)) {
            try (Socket client = jar.addresses().connect()) {
                echoes(client, "before");
                jar.hangUp();
                jar.awaitStandardError(line -> line.contains("SIGHUP"));
                echoes(client, "while it drains");
            }
            assertThat(jar.status()).isZero();
        }
    }

    @Test
    void whoeverAsksForTheLogInJsonIsToldNothingElse() throws Exception {
        try (RunningJar jar = RunningJar.start(Map.of("KAMAELIA__LOG__FORMAT", "json"), ANY_PORTS)) {
            String line = jar.awaitStandardError(next -> next.contains("control plane on"));
            assertThat(new JsonObject(line).getString("message"))
                    .matches("kamaelia-vertx \\S+: echo on \\S+; control plane on \\S+");
            jar.terminate();
            assertThat(jar.status()).isZero();
            assertThat(jar.restOfStandardOutput()).isEmpty();
            assertThat(jar.restOfStandardError())
                    .isNotEmpty()
                    .allSatisfy(next -> assertThat(new JsonObject(next).getString("message"))
                            .isNotBlank());
        }
    }

    /** Asks again and again, without a pause: each time the kernel answers. */
    private static void awaitRefused(Addresses at) throws IOException {
        while (true) {
            try (Socket accepted = at.connect()) {
                assertThat(accepted.isConnected()).isTrue();
            } catch (ConnectException refused) {
                return;
            } catch (SocketException reset) {
                // Came to wait for its acceptance just when the port was given back.
                assertThat(reset).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void beforeItDrainsItIsUnreadyAndStillAcceptsForAWhile() throws Exception {
        try (RunningJar jar = RunningJar.start(Map.of("KAMAELIA__SHUTDOWN__DELAY", "4s"), ANY_PORTS)) {
            Addresses at = jar.addresses();
            assertThat(get(at, "/health/ready").statusCode()).isEqualTo(200);
            jar.terminate();
            Running.until("it is unready", () -> get(at, "/health/ready").statusCode() == 503);
            try (Socket late = at.connect()) {
                echoes(late, "late");
            }
            assertThat(jar.status()).isZero();
        }
    }

    @Test
    void aPeerThatNeverReadsDoesNotKeepIt() throws Exception {
        Map<String, String> briefly = Map.of(
                "KAMAELIA__SHUTDOWN__DELAY", "100ms",
                "KAMAELIA__SHUTDOWN__DRAIN_TIMEOUT", "200ms",
                "KAMAELIA__SHUTDOWN__CLOSE_TIMEOUT", "200ms");
        try (RunningJar jar = RunningJar.start(briefly, ANY_PORTS);
                Socket client = jar.addresses().connect()) {
            echoes(client, "open");
            Thread stuck = new Thread(() -> writeForEver(client));
            stuck.start();
            jar.terminate();
            jar.awaitStandardError(line -> line.contains("SIGTERM"));
            long start = System.nanoTime();

            assertThat(jar.status()).isZero();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("500 ms, and how long a busy machine may take for it; without these options 30 s")
                    .isLessThan(Duration.ofSeconds(10));
            stuck.join();
        }
    }

    private static void writeForEver(Socket client) {
        byte[] block = new byte[64 * 1024];
        try {
            while (true) {
                client.getOutputStream().write(block);
            }
        } catch (IOException reset) {
            assertThat(reset).isNotNull();
        }
    }

    @Test
    void aSecondSigtermEndsItAtOnce() throws Exception {
        try (RunningJar jar = RunningJar.start(ANY_PORTS);
                Socket client = jar.addresses().connect()) {
            echoes(client, "open");
            jar.terminate();
            jar.awaitStandardError(line -> line.contains(
                    "SIGTERM: stopping; connections may go on for 40s at most, and another signal ends them at once"));
            jar.terminate();
            assertThat(jar.status()).isEqualTo(128 + 15);
            assertThat(jar.restOfStandardError())
                    .contains("kamaelia-vertx: SIGTERM again: ended at once, and connections with it");
        }
    }

    @Test
    void aListenerThatCannotStartEndsItWithOneClearLine() throws Exception {
        try (ServerSocket taken = bind(0);
                RunningJar jar =
                        RunningJar.start("--port", String.valueOf(taken.getLocalPort()), "--admin-port", "0")) {
            assertThat(jar.status()).isEqualTo(1);
            assertThat(jar.restOfStandardOutput()).isEmpty();
            assertThat(jar.restOfStandardError())
                    .noneMatch(line -> line.startsWith("\tat "))
                    .filteredOn(line -> line.startsWith("kamaelia-vertx: "))
                    .singleElement()
                    .asString()
                    .contains("echo")
                    .contains("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aControlPlaneThatCannotStartEndsItWithOneClearLine() throws Exception {
        try (ServerSocket taken = bind(0);
                RunningJar jar =
                        RunningJar.start("--port", "0", "--admin-port", String.valueOf(taken.getLocalPort()))) {
            assertThat(jar.status()).isEqualTo(1);
            assertThat(jar.restOfStandardError())
                    .filteredOn(line -> line.startsWith("kamaelia-vertx: "))
                    .singleElement()
                    .asString()
                    .contains(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aListenerThatIsNotRequiredMayFail() throws Exception {
        try (ServerSocket taken = bind(0)) {
            Path config = Files.writeString(
                    folder.resolve("conf.yaml"),
                    "{admin: {port: 0}, listeners: [{name: spare, host: 127.0.0.1, port: " + taken.getLocalPort()
                            + ", protocol: echo, required: false}]}");
            try (RunningJar jar = RunningJar.start("--config", config.toString())) {
                Addresses at = jar.addresses();
                assertThat(at.line()).contains("no listener");
                assertThat(new JsonObject(get(at, "/api/v1/listeners/spare").body()).getString("state"))
                        .isEqualTo("failed");
            }
        }
    }

    @Test
    void aPlaneForOtherMachinesWithoutTokensIsRefused() throws Exception {
        try (RunningJar jar = RunningJar.start("--port", "0", "--set", "admin={host: 0.0.0.0, port: 0}")) {
            assertThat(jar.status()).isNotZero();
            assertThat(jar.restOfStandardError())
                    .filteredOn(line -> line.startsWith("kamaelia-vertx: "))
                    .anySatisfy(line -> assertThat(line).contains("admin.auth.tokenFile"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.yaml||none.yaml: no such file",
                ".||is a directory, not a configuration file",
                "conf.yaml|'admin: [1'|conf.yaml:1:10: malformed: expected ',' or ']', but got <stream end>",
                "conf.json|{\"admin\": }|conf.json:1:11: malformed: Unexpected character",
                "conf.yaml|'admin: {prto: 1}'|conf.yaml:1:9: \"admin.prto\" is no option here",
                "conf.yaml|'shutdown: {delay: 5}'|conf.yaml:1:12: shutdown.delay 5 is not a duration",
                "conf.yaml|'listeners: [{name: a}]'|conf.yaml:1:13: listeners[0].protocol is missing",
                "conf.yaml|'certificates: {web: {certificate: /none.crt, key: /none.key}}'|certificates.web.certificate /none.crt"
                        + " cannot be read: no such file",
                "conf.yaml|'listeners: [{name: a, protocol: echo, port: 0, tls: {certificates: [web]}}]'|listener a:"
                        + " tls.certificates[0] \"web\" is unknown",
                "conf.yaml|'stateDirectory: /dev/null/state'|stateDirectory /dev/null/state cannot be used: ",
            })
    void aWrongConfigurationIsOneLineAndStatusTwo(String name, String text, String problem) throws Exception {
        Path config = folder.resolve(name);
        if (text != null) {
            Files.writeString(config, text);
        }
        try (RunningJar jar = RunningJar.start("--config", config.toString())) {
            assertThat(jar.restOfStandardError())
                    .singleElement()
                    .asString()
                    .startsWith("kamaelia-vertx: ")
                    .contains(problem);
            assertThat(jar.restOfStandardOutput()).isEmpty();
            assertThat(jar.status()).isEqualTo(2);
        }
    }

    @Test
    void aFileThatMayNotBeReadIsTold() throws Exception {
        Path config = Files.writeString(folder.resolve("conf.yaml"), "admin: null");
        assertThat(config.toFile().setReadable(false)).isTrue();
        assumeTrue(!Files.isReadable(config), "root reads everything");
        try (RunningJar jar = RunningJar.start("--config", config.toString())) {
            assertThat(jar.restOfStandardError())
                    .containsExactly("kamaelia-vertx: " + config + ": cannot be read: permission denied");
            assertThat(jar.status()).isEqualTo(2);
        }
    }

    @Test
    void aWrongVariableIsNamed() throws Exception {
        try (RunningJar jar =
                RunningJar.start(Map.of("KAMAELIA__ADMIN__PRTO", "1", "KAMAELIA_PORT", "tcp://1.2.3.4:5"))) {
            assertThat(jar.restOfStandardError())
                    .singleElement()
                    .asString()
                    .startsWith("kamaelia-vertx: KAMAELIA__ADMIN__PRTO: \"admin.prto\" is no option here");
            assertThat(jar.status()).isEqualTo(2);
        }
    }

    @Test
    void theVersionIsTheJars() throws Exception {
        try (RunningJar jar = RunningJar.start("--version")) {
            assertThat(jar.restOfStandardOutput())
                    .singleElement()
                    .asString()
                    .matches("kamaelia-vertx \\d+\\.\\d+\\.\\d+.*");
            assertThat(jar.status()).isZero();
        }
    }

    @Test
    void aTokenThatItMadeOpensThePlane() throws Exception {
        String token;
        Path tokens = folder.resolve("tokens");
        try (RunningJar jar = RunningJar.start("--new-token", "ops", "viewer")) {
            Files.write(tokens, jar.restOfStandardOutput());
            token = jar.restOfStandardError().get(0).replaceFirst(".* ", "");
        }
        try (RunningJar jar =
                RunningJar.start("--port", "0", "--set", "admin={port: 0, auth: {tokenFile: '" + tokens + "'}}")) {
            URI info = URI.create(jar.addresses().admin() + "/api/v1/info");
            HttpRequest.Builder request = HttpRequest.newBuilder(info);
            assertThat(status(request)).isEqualTo(401);
            assertThat(status(request.header("Authorization", "Bearer " + token)))
                    .isEqualTo(200);
        }
    }

    private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void anUnknownOptionIsToldWithTheNearestThereIs() throws Exception {
        try (RunningJar jar = RunningJar.start("--confg", "x")) {
            assertThat(jar.restOfStandardError())
                    .containsExactly("kamaelia-vertx: unknown option --confg, did you mean --config?;"
                            + " --help tells what there is");
            assertThat(jar.status()).isEqualTo(2);
        }
    }
}
