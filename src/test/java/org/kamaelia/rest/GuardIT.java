package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.Running;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Served.Reply;

/** Who may call: with a token file and without one. */
class GuardIT {

    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";

    private final NewToken viewer = Tokens.create("vera", Role.VIEWER);
    private final NewToken operator = Tokens.create("otto", Role.OPERATOR);

    @TempDir
    Path directory;

    private Path file;
    private Served served;

    @BeforeEach
    void writeTokens() throws IOException {
        file = directory.resolve("tokens");
        Files.writeString(file, viewer.line() + "\n" + operator.line() + "\n");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void serveWithTokens() {
        served = new Served(AdminOptions.defaults().tokenFile(file));
    }

    private Reply as(NewToken token, String method, String path, String body) {
        return served.api(method, path, body, "Authorization", "Bearer " + token.token());
    }

    private static String rawStatus(String reply) {
        return reply.substring(0, reply.indexOf("\r\n"));
    }

    @Test
    void aTokenOpensWhatItsRoleMayDo() {
        serveWithTokens();

        assertThat(as(viewer, "GET", "/listeners", null).status()).isEqualTo(200);
        Reply low = as(viewer, "PUT", "/listeners/echo", ECHO);
        assertThat(low.status()).isEqualTo(403);
        assertThat(low.type()).isEqualTo("forbidden");
        assertThat(low.detail()).isEqualTo("this needs the role operator, and vera has viewer");
        assertThat(as(viewer, "DELETE", "/connections/x", null).status()).isEqualTo(403);
        assertThat(as(viewer, "POST", "/listeners/echo/control", "{}").status()).isEqualTo(403);
        assertThat(as(operator, "PUT", "/listeners/echo", ECHO).status()).isEqualTo(201);
    }

    @Test
    @Timeout(60)
    void aFaultInTheTokenFileLetsNobodyInAndIsTold() throws Exception {
        serveWithTokens();
        Files.writeString(file, operator.line() + "\nbroken line\n");
        Running.until(
                "nobody is let in",
                () -> as(operator, "GET", "/listeners", null).status() == 503);
        Files.writeString(file, operator.line() + "\n");
        Running.until(
                "all is well", () -> as(operator, "GET", "/listeners", null).status() == 200);

        try (Heard heard = new Heard(
                served.port(),
                "?type=token-file-trouble",
                "Authorization",
                "Bearer " + operator.token(),
                "Last-Event-ID",
                served.control.happenings().id(0))) {
            assertThat(heard.event().data().getString("problem"))
                    .contains("tokens line 2: it has 2 words")
                    .doesNotContain(operator.token());
            assertThat(heard.event().data().getValue("problem")).isNull();
        }
    }

    @Test
    @Timeout(60)
    void aFaultInTheTokenFileIsToldThoughNobodyCalls() throws Exception {
        serveWithTokens();
        assertThat(served.control.health().reasons()).isEmpty();

        Files.writeString(file, "broken line\n");
        Running.until("it is told", () -> !served.control.health().reasons().isEmpty());
        assertThat(served.control.health().ready()).isTrue();
        assertThat(served.control.health().reasons())
                .singleElement()
                .asString()
                .startsWith("nobody is let in until the token file is mended: ")
                .contains("tokens line 1: it has 2 words");
        Files.writeString(file, viewer.line() + "\n");
        Running.until(
                "all is well again", () -> served.control.health().reasons().isEmpty());
    }

    @Test
    void withoutATokenOnlyProbesAreAnsweredAndTellNoDetails() {
        serveWithTokens();

        for (String path : new String[] {"/api/v1/listeners", "/api/v1/nowhere", "/openapi.yaml", "/", "/healthy"}) {
            Reply reply = served.get(path);
            assertThat(reply.status()).as(path).isEqualTo(401);
            assertThat(reply.type()).isEqualTo("unauthenticated");
            assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"kamaelia\"");
        }
        assertThat(served.api("PUT", "/listeners/echo", ECHO).status()).isEqualTo(401);
        assertThat(served.get("/health/live").json()).isEqualTo(new JsonObject().put("status", "live"));
        assertThat(served.get("/health/ready").json()).isEqualTo(new JsonObject().put("status", "ready"));
        assertThat(served.get("/health/ready", "Authorization", "Bearer " + viewer.token())
                        .json()
                        .fieldNames())
                .contains("reasons");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer kam_wrong", "Bearer", "Basic dXNlcjpwYXNz", "bearer x y", "Bearer \u0001"})
    void aWrongTokenIsNobodys(String authorization) throws IOException {
        serveWithTokens();

        String reply = served.raw("GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: "
                + authorization + "\r\n\r\n");

        assertThat(rawStatus(reply)).matches("HTTP/1.1 40[01] .*");
        assertThat(reply).doesNotContain("kam_wrong");
    }

    @Test
    void aTokenWithoutItsSchemeIsToldWhatIsMissing() {
        serveWithTokens();

        Reply bare = served.get("/api/v1/info", "Authorization", viewer.token());

        assertThat(bare.status()).isEqualTo(401);
        assertThat(bare.json().getString("detail")).endsWith("put \"Bearer \" in front of the token");
        assertThat(served.get("/api/v1/info", "Authorization", "Bearer kam_wrong")
                        .json()
                        .getString("detail"))
                .isEqualTo("the token is not known here");
    }

    @Test
    void theSchemesNameHasNoCase() {
        serveWithTokens();

        assertThat(served.get("/api/v1/info", "Authorization", "bEARER  " + viewer.token())
                        .status())
                .isEqualTo(200);
    }

    private Reply untilRefused(NewToken token) {
        Reply[] reply = {null};
        Running.until("it is refused", () -> {
            reply[0] = as(token, "GET", "/info", null);
            return reply[0].status() != 200;
        });
        return reply[0];
    }

    @Test
    void aTokenTakenOutOfTheFileIsOfNoUseASecondLater() throws Exception {
        serveWithTokens();
        assertThat(as(viewer, "GET", "/info", null).status()).isEqualTo(200);

        NewToken fresh = Tokens.create("fred", Role.VIEWER);
        Files.writeString(file, fresh.line() + "\n");
        Reply reply = untilRefused(viewer);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).contains("invalid_token");
        assertThat(as(fresh, "GET", "/info", null).status()).isEqualTo(200);
    }

    @Test
    void aTokenFileWithAFaultLetsNobodyInUntilItIsMended() throws Exception {
        serveWithTokens();
        Files.writeString(file, "nonsense\n");
        Reply reply = untilRefused(viewer);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("5");
        assertThat(reply.detail()).doesNotContain(file.toString());
        assertThat(served.get("/health/live").status()).isEqualTo(200);
        assertThat(served.get("/health/ready", "Authorization", "Bearer x").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,200",
        "LOCALHOST:80,200",
        "127.0.0.1,200",
        "127.0.0.1:9999,200",
        "[::1],200",
        "[::1]:8080,200",
        "example.com,403",
        "localhost.evil.example,403",
        "127.0.0.1.evil.example,403",
        "127.0.0.2,403",
        "localhost@evil.example,400",
        "'',403",
    })
    void withoutATokenFileOnlyTheNamesOfThisHostAreAnswered(String host, int status) throws IOException {
        served = Served.onLoopback();

        String reply = served.raw("GET /api/v1/info HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertThat(rawStatus(reply)).startsWith("HTTP/1.1 " + status);
        if (status == 403) {
            assertThat(reply).contains("foreign-request");
        }
    }

    @Test
    void aRequestWithNoHostOrTwoIsForeign() throws IOException {
        served = Served.onLoopback();

        assertThat(rawStatus(served.raw("GET /api/v1/info HTTP/1.0\r\n\r\n"))).contains(" 403 ");
        assertThat(
                        rawStatus(
                                served.raw(
                                        "GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")))
                .matches(".* 40[03] .*");
        assertThat(
                        rawStatus(
                                served.raw(
                                        "GET http://evil.example/api/v1/info HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")))
                .contains(" 400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:PORT,200",
        "http://LOCALHOST:PORT,200",
        "https://localhost:PORT,200",
        "http://localhost,403",
        "http://localhost:1,403",
        "http://evil.example,403",
        "http://evil.example:PORT,403",
        "null,403",
        "'',403",
        "http://[x,403",
    })
    void aForeignOriginIsRefusedWithTokensAndWithout(String origin, int status) throws IOException {
        served = Served.onLoopback();
        assertThat(rawStatus(fromPage(origin, ""))).startsWith("HTTP/1.1 " + status);
        served.close();

        serveWithTokens();
        assertThat(rawStatus(fromPage(origin, "Authorization: Bearer " + viewer.token() + "\r\n")))
                .startsWith("HTTP/1.1 " + status);
    }

    private String fromPage(String origin, String more) throws IOException {
        String port = Integer.toString(served.port());
        return served.raw("GET /api/v1/info HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\nOrigin: "
                + origin.replace("PORT", port) + "\r\n" + more + "\r\n");
    }

    @Test
    void withATokenFileAnyNameIsAnswered() throws IOException {
        serveWithTokens();

        String reply = served.raw("GET /api/v1/info HTTP/1.1\r\nHost: admin.example\r\nConnection: close\r\n"
                + "Authorization: Bearer " + operator.token() + "\r\n\r\n");

        assertThat(rawStatus(reply)).contains(" 200 ");
    }
}
