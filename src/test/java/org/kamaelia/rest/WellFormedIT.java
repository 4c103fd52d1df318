package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.AdminOptions;

/** Requests that a proxy in front and this server could read differently. */
class WellFormedIT {

    private static final String HOST = "Host: localhost\r\n";
    private static final String CLOSE = "Connection: close\r\n";
    private static final String PUT =
            "PUT /api/v1/listeners/x HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
    private static final String NEXT = "GET /health/live HTTP/1.1\r\n" + HOST + CLOSE + "\r\n";
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(AdminOptions.defaults());
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static String raw(String request) throws IOException {
        return served.raw(request);
    }

    private static String statuses(String reply) {
        return String.join(
                " ",
                ANSWER.matcher(reply).results().map(found -> found.group(1)).toList());
    }

    private static void isOneProblem(String reply, String status) {
        assertThat(statuses(reply)).as(reply).matches(status);
        assertThat(reply.toLowerCase(Locale.ROOT)).contains("content-type: application/problem+json");
        assertThat(reply).contains("urn:kamaelia:problem:").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/../v1/info",
                "/api/v1/%2e%2E/v1/info",
                "/api/v1/.%2e/v1/info",
                "/health/../api/v1/info",
                "/health/%2e%2e/api/v1/info",
                "/./api/v1/info",
                "/api/v1/info/..",
                "//api/v1/info",
                "/api/v1//info",
                "/api%2fv1%2Finfo",
                "/api/v1/listeners/a%2Fcontrol",
                "/api\\v1\\info",
                "/api%5Cv1%5cinfo",
                "/api/v1/listeners/a%00",
                "/api/v1/listeners/a%0d%0aX:%20y",
                "/api/v1/listeners/a%7f",
                "http://localhost/api/v1/info",
                "http://evil.example/api/v1/info",
                "ftp://localhost/health/live",
                "api/v1/info",
                "*",
            })
    void anAmbiguousTargetIsRefused(String target) throws IOException {
        isOneProblem(raw("GET " + target + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n"), "400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/listeners/a.b", "/api/v1/listeners/..b", "/api/v1/listeners/a%20b"})
    void aPlainOneIsNot(String target) throws IOException {
        isOneProblem(raw("GET " + target + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n"), "404");
    }

    @ParameterizedTest
    @CsvSource({
        "TRACE,/api/v1/info,405",
        "TRACE,/nowhere,405",
        "CONNECT,localhost:80,405",
        "CONNECT,/api/v1/info,405",
        "FOO,/api/v1/info,405",
        "get,/api/v1/info,405",
        "OPTIONS,/api/v1/info,405",
        "OPTIONS,/health/live,405",
        "OPTIONS,/nowhere,404",
        "OPTIONS,*,400",
    })
    void aMethodThatIsOfNoUseIsAProblem(String method, String target, String status) throws IOException {
        String reply = raw(method + " " + target + " HTTP/1.1\r\n" + HOST + CLOSE + "X-Secret: s3cret\r\n\r\n");

        isOneProblem(reply, status);
        assertThat(reply).doesNotContain("s3cret");
        assertThat(reply.contains("\r\nAllow: ")).isEqualTo(status.equals("405"));
    }

    @Test
    void headIsAnsweredWithoutABodyWhateverTheStatus() throws IOException {
        for (String path : new String[] {"/health/live", "/nowhere", "/api/v1/info", "/api/v1/../x"}) {
            String reply = raw("HEAD " + path + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n");

            assertThat(reply).as(path).startsWith("HTTP/1.1 ").endsWith("\r\n\r\n");
            assertThat(reply.toLowerCase(Locale.ROOT)).doesNotContain("content-length: 0");
        }
    }

    @Test
    void headAnswersWhatGetDoesButTheBody() throws IOException {
        served.api("PUT", "/listeners/echo", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}");
        for (String path : new String[] {
            "/listeners",
            "/listeners/echo",
            "/listeners/none",
            "/listeners?x=1",
            "/connections",
            "/connections/none",
            "/components",
            "/kinds",
            "/operations",
            "/protocols",
            "/audit",
            "/loggers",
            "/loggers/ROOT",
            "/events?type=none"
        }) {
            String request = " /api/v1" + path + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n";
            String head = raw("HEAD" + request);
            String get = raw("GET" + request);

            assertThat(head)
                    .as(path)
                    .endsWith("\r\n\r\n")
                    .contains("\r\ncontent-type: ")
                    .doesNotContain("HTTP/1.1 405");
            assertThat(headers(head)).as(path).isEqualTo(headers(get));
        }
        assertThat(raw("HEAD /api/v1/events HTTP/1.1\r\n" + HOST + CLOSE + "\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("\r\ncontent-type: text/event-stream\r\n")
                .endsWith("\r\n\r\n");
    }

    /** Without the length of the body, which need not be made for that. */
    private static String headers(String answer) {
        return answer.substring(0, answer.indexOf("\r\n\r\n")).replaceAll("\r\ncontent-length: \\d+", "");
    }

    @Test
    void aPreflightGetsNoLeave() throws IOException {
        for (String origin : new String[] {"http://evil.example", "http://localhost:" + served.port()}) {
            String reply = raw("OPTIONS /api/v1/info HTTP/1.1\r\nHost: localhost:" + served.port() + "\r\n" + CLOSE
                    + "Origin: " + origin + "\r\nAccess-Control-Request-Method: GET\r\n\r\n");

            isOneProblem(reply, "40[35]");
            assertThat(reply.toLowerCase(Locale.ROOT)).doesNotContain("access-control");
        }
    }

    @Test
    void aLengthBesideChunksNeverLetsASecondRequestIn() throws IOException {
        String reply = raw(PUT + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + NEXT);

        isOneProblem(reply, "400");
        assertThat(reply.toLowerCase(Locale.ROOT)).contains("connection: close");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: 2\r\nContent-Length: 2\r\n",
                "Content-Length: 2, 2\r\n",
                "Content-Length: +2\r\n",
                "Content-Length: -2\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Host: elsewhere\r\n",
                "X: a\rb\r\n",
                "X: a\0b\r\n",
                "X\r\n",
            })
    void aHeaderThatIsNotPlainIsRefusedAndEndsTheConnection(String header) throws IOException {
        String reply = raw(PUT + header + "\r\n2\r\n{}\r\n0\r\n\r\n");

        assertThat(statuses(reply)).as(reply).startsWith("400");
        assertThat(reply).contains("urn:kamaelia:problem:bad-request").doesNotContain(" 20");
    }

    @Test
    void chunksInHttp10AreRefused() throws IOException {
        isOneProblem(
                raw("PUT /api/v1/listeners/x HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                "400");
    }

    @Test
    void aRequestWithoutAHostIsRefused() throws IOException {
        isOneProblem(raw("GET /health/live HTTP/1.1\r\n" + CLOSE + "\r\n"), "400");
    }

    @Test
    void aFoldedHeaderIsPartOfTheOneBefore() throws IOException {
        String reply = raw(
                "GET /health/live HTTP/1.1\r\n" + CLOSE + "Host: localhost\r\n Origin: http://evil.example\r\n\r\n");

        isOneProblem(reply, "40[03]"); // nobody has a name like that
    }

    @Test
    void aBodyThatNobodyWantsIsNotTheNextRequest() throws IOException {
        String reply = raw("GET /health/live HTTP/1.1\r\n" + HOST + "Content-Length: " + NEXT.length() + "\r\n\r\n"
                + NEXT + "GET /nowhere HTTP/1.1\r\n" + HOST + CLOSE + "\r\n");

        assertThat(statuses(reply)).isEqualTo("200 404");
    }

    @Test
    void veryManyHeadersAreTooLarge() throws IOException {
        isOneProblem(raw("GET /health/live HTTP/1.1\r\n" + HOST + "a: b\r\n".repeat(5000) + "\r\n"), "431");
    }

    @Test
    void aTokenInTheAddressIsNotGivenBack() throws IOException {
        for (String path : new String[] {"/api/v1/info", "/api/v1/connections", "/health/live", "/nowhere"}) {
            String reply = raw("GET " + path + "?access_token=kam_secret HTTP/1.1\r\n" + HOST + CLOSE + "\r\n");

            assertThat(reply).as(path).startsWith("HTTP/1.1 40").doesNotContain("kam_secret");
        }
    }

    /** Each character a byte. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"protocol\":\"echo\",\"port\":7000,\"port\":0}",
                "{\"protocol\":\"echo\",\"proxyProtocol\":{\"mode\":\"required\",\"mode\":\"off\"}}",
                "/* a comment */{\"protocol\":\"echo\"}",
                "{\"protocol\":\"ech\u00c1\u00af\"}",
                "{\"protocol\":\"ech\u00ed\u00a0\u0080\"}",
                "\0{\0\"\0p\0\"\0:\0\"\0e\0\"\0}",
            })
    void aBodyThatOthersReadInAnotherWayIsRefused(String body) throws Exception {
        RawRequest request = new RawRequest(
                "PUT", "/api/v1/listeners/x", List.of("Host: localhost", "Content-Type: application/json"), body, true);
        try (RawClient client = new RawClient(served)) {
            RawClient.Answered answered = client.ask(request).orElseThrow();

            assertThat(answered.status()).isEqualTo(400);
            assertThat(answered.body())
                    .containsAnyOf("the body is not UTF-8", "the body is not JSON at line 1", " is there twice, ");
        }
    }
}
