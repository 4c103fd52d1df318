package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.rest.Served.Reply;

/** What callers get wrong: each is told what, where, and what to do instead. */
class BadInputIT {

    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.onLoopback();
        served.api("PUT", "/listeners/echo", ECHO);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static void isProblem(Reply reply, int status, String type) {
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.type()).isEqualTo(type);
        assertThat(reply.json().getInteger("status")).isEqualTo(status);
        assertThat(reply.json().getString("title")).isNotBlank();
        assertThat(reply.detail()).isNotBlank().doesNotContain("Exception", "java.", "io.vertx", "__absolute");
    }

    private static void isFault(Reply reply, String in, String place, String detail) {
        isProblem(reply, 400, "invalid-input");
        assertThat(reply.error(0).getString(in)).isEqualTo(place);
        assertThat(reply.error(0).getString("detail")).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"port\": 70000|/port|port 70000 is out of range: use 0 (any free) to 65535",
                "\"port\": \"x\"|/port|port \"x\" is not a whole number: use 0 (any free) to 65535",
                "\"portt\": 1|/portt|\"portt\" is no option here: did you mean port?",
                "\"idleTimeout\": 30|/idleTimeout|idleTimeout 30 is not a duration: use \"off\", or \"10ms\" to \"365d\"",
                "\"portRange\": {\"min\": 5}|/portRange/max|portRange.max is missing: give one, as in 7999",
                "\"tcpNoDelay\": 1|/tcpNoDelay|tcpNoDelay 1 is not true or false: use true or false",
            })
    void aBadOptionIsToldWithItsPlace(String option, String pointer, String detail) {
        String body = "{\"host\": \"127.0.0.1\", \"protocol\": \"echo\", " + option + "}";

        isFault(served.api("PUT", "/listeners/bad", body), "pointer", pointer, detail);
        isFault(served.api("PATCH", "/listeners/echo", "{" + option + "}"), "pointer", pointer, detail);
        assertThat(served.api("GET", "/listeners/bad", null).status()).isEqualTo(404);
    }

    @Test
    void allFaultsAreToldAtOnce() {
        Reply reply = served.api("PUT", "/listeners/bad", "{\"port\": -1, \"backlog\": \"x\", \"hots\": \"y\"}");

        isProblem(reply, 400, "invalid-input");
        assertThat(reply.json().getJsonArray("errors").stream().map(error -> ((JsonObject) error).getString("pointer")))
                .containsExactly("/protocol", "/port", "/backlog", "/hots");
        assertThat(reply.detail()).contains("protocol is missing").contains("hots");
    }

    @Test
    void anUnknownProtocolIsToldWithItsPlace() {
        Reply reply = served.api("PUT", "/listeners/bad", "{\"host\": \"127.0.0.1\", \"protocol\": \"ecco\"}");

        isProblem(reply, 400, "invalid-input");
        assertThat(reply.error(0).getString("pointer")).isEqualTo("/protocol");
        assertThat(reply.detail()).contains("ecco").contains("echo");
    }

    @Test
    void anAddressThatIsNotThisHostsIsToldWithItsPlace() {
        Reply reply = served.api("PUT", "/listeners/bad", "{\"host\": \"192.0.2.1\", \"protocol\": \"echo\"}");

        isProblem(reply, 400, "cannot-bind");
        assertThat(reply.error(0).getString("pointer")).isEqualTo("/host");
        assertThat(reply.detail()).contains("192.0.2.1");
    }

    @Test
    void aPortOutsideThePolicyIsNotAllowed() {
        Reply reply = served.api("PUT", "/listeners/bad", "{\"port\": 80, \"protocol\": \"echo\"}");

        isProblem(reply, 403, "not-allowed");
        assertThat(reply.error(0).getString("pointer")).isEqualTo("/port");
        assertThat(reply.detail()).isEqualTo("port 80 is outside the policy: use 1024-65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "a%20b", "ü", "x123456789x123456789x123456789x123456789x123456789x123456789x1234"})
    void aListenersNameIsPlain(String name) {
        Reply reply = served.api("PUT", "/listeners/" + name, ECHO);

        isProblem(reply, 400, "invalid-input");
        assertThat(reply.error(0).getString("parameter")).isEqualTo("name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|the body is not JSON at line 1, column 2: Unexpected end-of-input: expected close marker for Object",
                "{\"a\" 1}|the body is not JSON at line 1, column 6: Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
                "{} x|the body is not JSON",
                "hello|the body is not JSON at line 1, column 6: Unrecognized token 'hello': was expecting ('true', 'false' or 'null')",
                "[]|the body is JSON and not an object: send one as in {\"name\": \"value\"}",
                "null|the body is JSON and not an object: send one as in {\"name\": \"value\"}",
                "\"text\"|the body is JSON and not an object: send one as in {\"name\": \"value\"}",
            })
    void aBodyThatIsNoJsonObjectIsToldWhere(String body, String detail) {
        for (String path : new String[] {"/listeners/bad", "/listeners/echo/control", "/connections/c-1/control"}) {
            String method = path.endsWith("control") ? "POST" : "PUT";
            Reply reply = served.api(method, path, body);
            isProblem(reply, 400, "invalid-input");
            assertThat(reply.error(0).getString("pointer")).isEmpty();
            assertThat(reply.detail()).startsWith(detail.substring(0, Math.min(60, detail.length())));
        }
    }

    @Test
    void aByteOrderMarkIsToldAsSuch() {
        isFault(
                served.api("PUT", "/listeners/bad", "\uFEFF" + ECHO),
                "pointer",
                "",
                "the body begins with a byte order mark, which is no part of JSON: send it without");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"port\":1,\"port\":2}|/port|port is there twice, the second time at line 1, column 17: give it once",
                "{\"tls\":{\"a/b\":1,\"a/b\":1}}|/tls/a~1b|tls.a/b is there twice, the second time at line 1, column 22: give it once",
                "{\"allow\":[{\"x\":1},{\"y\":1,\"y\":1}]}|/allow/1/y|allow.1.y is there twice, the second time at line 1, column 29: give it once",
            })
    void aMemberThatIsThereTwiceIsToldByItsName(String body, String pointer, String detail) {
        isFault(served.api("PUT", "/listeners/bad", body), "pointer", pointer, detail);
    }

    @Test
    void anEmptyBodyIsTold() {
        isFault(served.api("PUT", "/listeners/bad", ""), "pointer", "", "the body is empty: send a JSON object");
        isFault(served.api("PATCH", "/listeners/echo", null), "pointer", "", "the body is empty: send a JSON object");
    }

    @Test
    void aBodyOfAnotherMediaTypeIsNotRead() {
        Reply form = served.api("PUT", "/listeners/bad", ECHO, "Content-Type", "application/x-www-form-urlencoded");
        isProblem(form, 415, "unsupported-media-type");
        assertThat(form.header("Accept")).isEqualTo("application/json");

        isProblem(
                served.api("PUT", "/listeners/bad", ECHO, "Content-Type", "text/plain;charset=UTF-8"),
                415,
                "unsupported-media-type");
        isProblem(
                served.api("PUT", "/listeners/bad", ECHO, "Content-Type", "multipart/form-data; boundary=x"),
                415,
                "unsupported-media-type");
        isProblem(
                served.api("PUT", "/listeners/bad", ECHO, "Content-Type", Served.MERGE_PATCH),
                415,
                "unsupported-media-type");
        isProblem(
                served.api("PUT", "/listeners/bad", ECHO, "Content-Type", "application/json; charset=latin1"),
                415,
                "unsupported-media-type");
        isProblem(served.api("PUT", "/listeners/bad", ECHO, "Content-Encoding", "gzip"), 415, "unsupported-media-type");
        Reply patch = served.api("PATCH", "/listeners/echo", "{}", "Content-Type", "text/plain");
        isProblem(patch, 415, "unsupported-media-type");
        assertThat(patch.header("Accept")).isEqualTo("application/json or application/merge-patch+json");
    }

    @Test
    void aBodyOfTwoMebibytesIsTooLarge() {
        Reply reply = served.api("PUT", "/listeners/bad", "{\"x\":\"" + "y".repeat(2 << 20) + "\"}");

        isProblem(reply, 413, "too-large");
        assertThat(served.api("GET", "/listeners", null).status()).isEqualTo(200);
    }

    @Test
    void deepJsonIsAProblemAndNoFault() {
        Reply reply = served.api(
                "PUT",
                "/listeners/bad",
                "{\"protocol\":\"echo\",\"protocolOptions\":" + "{\"a\":".repeat(900) + "1" + "}".repeat(901));

        assertThat(reply.status()).isLessThan(500);
        isProblem(
                served.api("PUT", "/listeners/bad", "{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"),
                400,
                "invalid-input");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/connections?limmit=1|limmit|\"limmit\" is no option here: did you mean limit?",
                "/connections?limit=0|limit|limit 0 is out of range: use 1 to 1000",
                "/connections?limit=abc|limit|limit \"abc\" is not a whole number: use 1 to 1000",
                "/connections?limit=1&limit=2|limit|limit is given 2 times: give it once",
                "/connections?limit=|limit|limit \"\" is not a whole number: use 1 to 1000",
                "/connections?minIdle=5|minIdle|minIdle \"5\" is not a duration: use \"0s\" to \"365d\"",
                "/connections?sort=size|sort|sort \"size\" is unknown: use openedAt, idle, bytesIn, bytesOut",
                "/connections?sort=idle&cursor=x|cursor|cursor goes with the default order only: leave sort out, or leave cursor out for the first 100",
                "/connections?cursor=x|cursor|cursor \"x\" is none of ours: leave it out to begin anew",
                "/components?cursor=x|cursor|cursor \"x\" is none of ours: leave it out to begin anew",
                "/components?loop=2|loop|loop 2 is out of range: use 0 to 1",
                "/connections?state=opne|state|state \"opne\" is unknown: use handshaking, open, draining, closing",
                "/components?waitsFor=romm|waitsFor|waitsFor \"romm\" is unknown: use message, room, deadline, child",
                "/operations?state=running|state|\"state\" is no option here: there is none",
                "/events?type=failure&type=audit|type|type is given 2 times: give it once",
                "/audit?cursor=x|cursor|cursor \"x\" is none of ours: leave it out to begin anew",
                "/listeners?x=1|x|\"x\" is no option here: there is none",
                "/listeners/echo?name=1|name|\"name\" is no option here: there is none",
                "/info?verbose|verbose|\"verbose\" is no option here: there is none",
            })
    void aBadQueryParameterIsTold(String path, String parameter, String detail) {
        isFault(served.api("GET", path, null), "parameter", parameter, detail);
    }

    @Test
    void aHeaderThatTheContractDoesNotAllowIsTold() {
        String tags = "\"x\", ".repeat(1000) + "\"x\"";

        isFault(
                served.api("DELETE", "/listeners/echo", null, "If-Match", tags),
                "parameter",
                "If-Match",
                "If-Match \"" + tags.substring(0, 60)
                        + "...\" is not as the contract has it: String is too long (5003 > 4096):"
                        + " /openapi.yaml says what it may be");
        isFault(
                served.api("DELETE", "/listeners/echo", null, "If-Match", "x"),
                "parameter",
                "If-Match",
                "If-Match \"x\" is no list of entity tags: send a listener's ETag as it was answered, in its quotes,"
                        + " or *");
    }

    @Test
    void queryParametersOfOtherMethodsAreChecked() {
        isFault(
                served.api("DELETE", "/listeners/echo?drainTimeout=soon", null),
                "parameter",
                "drainTimeout",
                "drainTimeout \"soon\" is not a duration: use \"0s\" to \"1d\"");
        isFault(
                served.api("PUT", "/listeners/echo?restart=yes", ECHO),
                "parameter",
                "restart",
                "restart \"yes\" is not true or false: use true or false");
        isFault(
                served.api("POST", "/listeners/echo/control?force=1", "{\"message\":\"resume\"}"),
                "parameter",
                "force",
                "\"force\" is no option here: there is none");
        isFault(served.get("/health/live?x=1"), "parameter", "x", "\"x\" is no option here: there is none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"message\":\"stop\"}|/message|message \"stop\" is not a message: use start, suspend, resume or serverShutdown, in quotes",
                "{\"message\":1}|/message|message 1 is not a message: use start, suspend, resume or serverShutdown, in quotes",
                "{}|/message|message is missing: give one, as in \"serverShutdown\"",
                "{\"mesage\":\"start\"}|/message|message is missing: give one, as in \"serverShutdown\"",
                "{\"message\":\"suspend\",\"drainTimeout\":\"1s\"}|/drainTimeout|drainTimeout goes with serverShutdown: leave it out of suspend",
                "{\"message\":\"serverShutdown\",\"drainTimeout\":5}|/drainTimeout|drainTimeout 5 is not a duration: use \"0s\" to \"1d\"",
            })
    void aBadMessageToAListenerIsTold(String body, String pointer, String detail) {
        isFault(served.api("POST", "/listeners/echo/control", body), "pointer", pointer, detail);
    }

    @Test
    void aBadMessageToAConnectionIsTold() {
        isFault(
                served.api("POST", "/connections/c-1/control", "{\"message\":\"close\"}"),
                "pointer",
                "/message",
                "message \"close\" is not a message: use producerFinished or shutdownMicroprocess, in quotes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST|/connections/control|{\"message\":\"bye\",\"listener\":\"echo\"}|message \"bye\" is not a message: use producerFinished or shutdownMicroprocess, in quotes",
                "POST|/connections/control|{\"message\":\"bye\",\"dryRun\":\"yes\",\"all\":true}|message \"bye\" is not a message: use producerFinished or shutdownMicroprocess, in quotes; dryRun \"yes\" is not true or false: use true or false",
                "POST|/connections/control|{\"message\":\"producerFinished\",\"state\":\"lost\",\"order\":\"oldest\",\"perSecond\":1}|state \"lost\" is unknown: use handshaking, open, draining, closing",
                "POST|/connections/control|{\"message\":\"producerFinished\",\"all\":true,\"order\":\"youngest\",\"count\":0}|count 0 is out of range: use 1 to 10000000; order \"youngest\" is not an order: use oldest or idlest, in quotes",
                "POST|/connections/control|{\"message\":\"producerFinished\",\"dryRun\":true}|all is needed to close connections of every kind: give a filter (listener, remoteAddress, minIdle, minAge, state), or say \"all\": true",
                "POST|/listeners/echo/control|{\"message\":\"bye\",\"dryRun\":true}|message \"bye\" is not a message: use start, suspend, resume or serverShutdown, in quotes",
                "POST|/listeners/echo/control|{\"message\":\"suspend\",\"drainTimeout\":\"1s\",\"dryRun\":false}|drainTimeout goes with serverShutdown: leave it out of suspend",
                "GET|/connections?sort=size&limit=5||sort \"size\" is unknown: use openedAt, idle, bytesIn, bytesOut",
                "GET|/connections?state=lost&limit=5||state \"lost\" is unknown: use handshaking, open, draining, closing",
            })
    void oneWrongOptionDeniesNoneOfTheRightOnes(String method, String path, String body, String detail) {
        assertThat(served.api(method, path, body).detail()).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"protocol\":null}|/protocol|protocol is missing: give one, as in \"echo\"",
                "{\"maxConnections\":null,\"protocol\":null}|/protocol|protocol is missing: give one, as in \"echo\"",
                "{\"backlog\":0,\"protocol\":null}|/backlog|backlog 0 is out of range: use 1 to 65535; protocol is missing: give one, as in \"echo\"",
                "{\"proxyProtocol\":{\"mode\":null}}|/proxyProtocol/mode|proxyProtocol.mode is missing: give one, as in \"required\"",
                "{\"portRange\":{\"min\":null,\"max\":5}}|/portRange/min|portRange.min is missing: give one, as in 7000",
                "{\"portt\":{\"a\":null}}|/portt|\"portt\" is no option here: did you mean port?",
                "{\"tls\":{\"certificates\":null}}|/tls/certificates|tls.certificates is missing: give one, as in [...]",
            })
    void nullIsToldWhereThereIsNoDefaultToGoBackTo(String patch, String pointer, String detail) {
        Reply reply = served.api("PATCH", "/listeners/echo", patch);

        isProblem(reply, 400, "invalid-input");
        assertThat(reply.detail()).isEqualTo(detail);
        assertThat(reply.error(0).getString("pointer")).isEqualTo(pointer);
    }

    @Test
    void nullTakesEverythingElseBackToItsDefault() {
        String patch = "{\"maxConnections\":null,\"portRange\":null,\"tls\":null,\"proxyProtocol\":null,\"path\":null}";

        assertThat(served.api("PATCH", "/listeners/echo", patch).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"tls\":{\"certificate\":[\"web\"]}}|/tls/certificate|\"tls.certificate\" is no option here: did you mean certificates?",
                "{\"tls\":{\"minVersion\":1.1}}|/tls/minVersion|tls.minVersion 1.1 is not a version of TLS: use one of 1.2, 1.3",
                "{\"portRange\":{\"mim\":1}}|/portRange/mim|\"portRange.mim\" is no option here: did you mean min?",
                "{\"portRange\":{\"max\":0}}|/portRange/max|portRange.max 0 is out of range: use 1 to 65535",
                "{\"proxyProtocol\":{\"trusted\":\"10.0.0.0/8\"}}|/proxyProtocol/trusted|proxyProtocol.trusted \"10.0.0.0/8\" is not a list: use a list, each element an address or a CIDR block without bits beyond its length, as in \"192.0.2.7\", \"10.0.0.0/8\" or \"2001:db8::/32\"",
                "{\"backlog\":{\"a\":1}}|/backlog|backlog {...} is not a whole number: use 1 to 65535",
            })
    void aMemberOfAnOptionInAPatchIsToldLikeAnyOther(String patch, String pointer, String detail) {
        isFault(served.api("PATCH", "/listeners/echo", patch), "pointer", pointer, detail);
    }

    @Test
    void aMemberOfAnOptionThatGoesWithWhatIsThereAlreadyIsNoFault() {
        assertThat(served.api(
                                "PATCH",
                                "/listeners/echo?restart=true",
                                "{\"port\":0,\"portRange\":{\"min\":20000,\"max\":30000}}")
                        .status())
                .isEqualTo(200);

        Reply patched = served.api("PATCH", "/listeners/echo?restart=true", "{\"portRange\":{\"min\":21000}}");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().getJsonObject("portRange"))
                .isEqualTo(new JsonObject("{\"min\":21000,\"max\":30000}"));
    }

    @Test
    void whatTheContractDoesNotAllowIsToldByItsCauseAlone() {
        Reply reply = served.api("PATCH", "/listeners/echo", "{\"idleTimeout\":\"1h\",\"tls\":{\"certificates\":[]}}");

        isProblem(reply, 400, "invalid-input");
        assertThat(reply.detail()).doesNotContainIgnoringCase("unevaluated").doesNotContain("subschema");
        assertThat(reply.json().getJsonArray("errors")).hasSize(1);
        assertThat(reply.error(0).getString("pointer")).isEqualTo("/tls/certificates");
        assertThat(reply.detail())
                .startsWith("tls.certificates [] is not as the contract has it: ")
                .endsWith(": /openapi.yaml says what it may be");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path :
                new String[] {"/listeners/nobody", "/connections/nobody", "/operations/nobody", "/nowhere", "/"}) {

            isProblem(served.api("GET", path, null), 404, "not-found");
        }
        isProblem(served.get("/"), 404, "not-found");
        isProblem(served.get("/api/v2/listeners"), 404, "not-found");
        isProblem(served.get("/api/v1/health/live"), 404, "not-found");
        isProblem(served.api("DELETE", "/listeners/nobody", null), 404, "not-found");
        isProblem(served.api("PATCH", "/listeners/nobody", "{}"), 404, "not-found");
        isProblem(served.api("POST", "/listeners/nobody/control", "{\"message\":\"start\"}"), 404, "not-found");
        isProblem(
                served.api("POST", "/connections/nobody/control", "{\"message\":\"producerFinished\"}"),
                404,
                "not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/api/v1/listeners,'GET, HEAD'",
        "POST,/api/v1/listeners/echo,'DELETE, GET, HEAD, PATCH, PUT'",
        "GET,/api/v1/listeners/echo/control,POST",
        "HEAD,/api/v1/listeners/echo/control,POST",
        "PUT,/api/v1/connections/1,'DELETE, GET, HEAD'",
        "OPTIONS,/api/v1/info,'GET, HEAD'",
        "FROB,/api/v1/info,'GET, HEAD'",
        "POST,/health/ready,'GET, HEAD'",
        "DELETE,/openapi.yaml,'GET, HEAD'",
    })
    void aWrongMethodIsToldWithTheRightOnes(String method, String path, String allow) {
        Reply reply = served.send(method, path, null);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo(allow);
        if (!method.equals("HEAD")) {
            isProblem(reply, 405, "method-not-allowed");
        }
    }

    @Test
    void whatTheListenersDoIsToldAsAConflict() {
        served.api("PUT", "/listeners/busy", ECHO);
        Reply restart =
                served.api("PUT", "/listeners/busy", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\",\"backlog\":7}");
        isProblem(restart, 409, "restart-required");
        assertThat(restart.json().getValue("errors")).isInstanceOf(JsonArray.class);
        assertThat(served.api(
                                "PUT",
                                "/listeners/busy?restart=true",
                                "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\",\"backlog\":7}")
                        .status())
                .isEqualTo(200);
    }
}
