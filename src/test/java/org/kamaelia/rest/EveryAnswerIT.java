package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.Running;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.rest.Wire.Answer;

/** What every answer has, whoever gives it: the router, the HTTP decoder, or an operation. */
class EveryAnswerIT {

    private static final String PATH = "/api/v1/listeners/x";

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(AdminOptions.defaults());
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static Answer ask(String what, String body, String... headers) throws IOException {
        try (Wire wire = Wire.to(served.port())) {
            return wire.ask(what, body, headers);
        }
    }

    private static void isSafe(Answer answer) {
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Strict-Transport-Security")).isNull(); // it is plain
        assertThat(answer.headers().keySet())
                .doesNotContain("server", "x-powered-by")
                .noneMatch(name -> name.startsWith("access-control"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT /api/v1/listeners/x|{|Content-Type: application/json|400|invalid-input",
                "GET /api/v1/info||Origin: http://evil.example|403|foreign-request",
                "GET /nowhere||X: y|404|not-found",
                "GET /api/v1/nowhere||X: y|404|not-found",
                "POST /api/v1/listeners||X: y|405|method-not-allowed",
                "POST /health/live||X: y|405|method-not-allowed",
                "TRACE /||X: y|405|method-not-allowed",
                "PUT /api/v1/listeners/x|{}|Content-Type: text/plain|415|unsupported-media-type",
                "PUT /api/v1/listeners/x|{}|Expect: tea|417|bad-request",
                "GET /api/v1//info||X: y|400|bad-request",
                "GET /|x|Content-Length: y|400|bad-request",
            })
    void aRefusalIsAProblem(String what, String body, String header, int status, String type) throws IOException {
        Answer answer = ask(what, body == null ? "" : body, header);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.json().getInteger("status")).isEqualTo(status);
        assertThat(answer.detail()).isNotEmpty();
        isSafe(answer);
    }

    @Test
    void whatIsTooLongIsAProblem() throws IOException {
        Answer body = ask("PUT " + PATH, "x".repeat(70_000), "Content-Type: application/json");
        Answer line = ask("GET /" + "x".repeat(5000), "");
        Answer headers = ask("GET /", "", "X: " + "y".repeat(9000));

        assertThat(body.status()).isEqualTo(413);
        assertThat(body.type()).isEqualTo("too-large");
        assertThat(line.status()).isEqualTo(414);
        assertThat(headers.status()).isEqualTo(431);
        isSafe(body);
        isSafe(line);
        isSafe(headers);
    }

    @Test
    void anAnswerThatIsNoneIsSafeToo() throws IOException {
        isSafe(ask("GET /api/v1/info", ""));
        isSafe(ask("GET /openapi.yaml", ""));
        isSafe(ask("GET /health/ready", ""));
    }

    @Test
    void aFaultOfOursTellsNothingOfItselfAndGoesToTheLog() throws Exception {
        Queue<Throwable> told = new ConcurrentLinkedQueue<>();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            vertx.exceptionHandler(told::add);
            Router router = Router.router(vertx);
            router.route().failureHandler(new Failures(vertx)).handler(context -> {
                throw new IllegalStateException("s3cret");
            });
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(new WellFormed(router))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            try (Wire wire = Wire.to(server.actualPort())) {
                Answer answer = wire.get("/x?access_token=kam_secret");

                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.type()).isEqualTo("internal");
                assertThat(answer.body()).doesNotContain("s3cret");
                isSafe(answer);
                Running.until("it is told", () -> !told.isEmpty());
            }
            assertThat(told.element()).hasMessage("could not serve GET /x").hasRootCauseMessage("s3cret");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
