package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.rest.Served.Reply;

/** Revisions of listeners, and requests that expect one. */
class ConditionsIT {
    private static final String ECHO = "/listeners/echo";
    private static final String OPTIONS = "{\"protocol\": \"echo\", \"host\": \"127.0.0.1\"}";

    private final Served served = Served.onLoopback();
    private String present;

    @BeforeEach
    void create() {
        present = served.api("PUT", ECHO, OPTIONS).header("ETag");
    }

    @AfterEach
    void close() {
        served.close();
    }

    private Reply patch(String body, String... headers) {
        return served.api("PATCH", ECHO, body, headers);
    }

    @Test
    void everyAnswerWithAListenerHasItsRevision() {
        Reply patched = patch("{\"maxConnections\": 5}");
        Reply told = served.api("POST", ECHO + "/control", "{\"message\": \"suspend\"}");
        Reply put = served.api("PUT", ECHO, OPTIONS);

        for (Reply each : List.of(patched, told, put)) {
            assertThat(each.header("ETag")).isEqualTo('"' + each.json().getString("revision") + '"');
        }
        assertThat(List.of(present, patched.header("ETag"), told.header("ETag"), put.header("ETag")))
                .doesNotHaveDuplicates();
        Reply got = served.api("GET", ECHO, null);
        assertThat(got.header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(served.api("GET", "/listeners", null)
                        .json()
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getString("revision"))
                .isEqualTo(got.json().getString("revision"));
    }

    @Test
    void countersAndStatesDoNotChangeIt() throws Exception {
        int port = served.api("GET", ECHO, null).json().getInteger("boundPort");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            Reply got = served.api("GET", ECHO, null);
            assertThat(got.json().getJsonObject("connections").getInteger("open"))
                    .isEqualTo(1);
            assertThat(got.header("ETag")).isEqualTo(present);

            Reply stopping = served.api("POST", ECHO + "/control", "{\"message\": \"serverShutdown\"}");
            assertThat(stopping.json().getString("state")).isEqualTo("draining");
            String stopped = stopping.header("ETag");
            served.api("POST", ECHO + "/control", "{\"message\": \"serverShutdown\", \"drainTimeout\": \"0s\"}");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(served.api("GET", ECHO, null).header("ETag"))
                    .isEqualTo(stopped)
                    .isNotEqualTo(present);
        }
    }

    @Test
    void ofManyChangesOfOneRevisionOneIsMade() {
        List<Reply> replies = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> patch("{\"maxConnections\": " + i + "}", "If-Match", present)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        Reply winner = replies.stream()
                .filter(each -> each.status() == 200)
                .findFirst()
                .orElseThrow();
        assertThat(served.api("GET", ECHO, null).json().getInteger("maxConnections"))
                .isEqualTo(winner.json().getInteger("maxConnections"));
        List<Reply> losers =
                replies.stream().filter(each -> !each.equals(winner)).toList();
        assertThat(losers).allSatisfy(each -> {
            assertThat(each.status()).isEqualTo(412);
            assertThat(each.type()).isEqualTo("stale");
            assertThat(each.header("ETag")).isEqualTo(winner.header("ETag"));
            assertThat(each.detail())
                    .contains(winner.json().getString("revision"))
                    .contains(present.replace("\"", ""));
        });
    }

    @Test
    void everyChangeIsHeldAgainstItsRevision() {
        String old = present;
        patch("{\"maxConnections\": 5}");

        assertThat(List.of(
                        served.api("PUT", ECHO, OPTIONS, "If-Match", old),
                        patch("{\"maxConnections\": 6}", "If-Match", old),
                        served.api("POST", ECHO + "/control", "{\"message\": \"suspend\"}", "If-Match", old),
                        served.api("DELETE", ECHO, null, "If-Match", old)))
                .allSatisfy(each -> assertThat(each.type()).isEqualTo("stale"));
        JsonObject now = served.api("GET", ECHO, null).json();
        assertThat(now.getInteger("maxConnections")).isEqualTo(5);
        assertThat(now.getString("state")).isEqualTo("listening");

        String present = served.api("GET", ECHO, null).header("ETag");
        assertThat(served.api("POST", ECHO + "/control", "{\"message\": \"suspend\"}", "If-Match", present)
                        .status())
                .isEqualTo(202);
        present = served.api("GET", ECHO, null).header("ETag");
        assertThat(served.api("DELETE", ECHO, null, "If-Match", present).status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*|200",
                "PRESENT|200",
                "\"other\", PRESENT|200",
                ",, PRESENT ,|200",
                "\"a,b\",PRESENT|200",
                "\"other\"|412",
                "W/PRESENT|412",
                "\"\"|412",
                "`PRESENT, W/\"x\"`|200",
            })
    void aListMatchesWhatStandsInIt(String ifMatch, int status) {
        String list = ifMatch.replace("PRESENT", present);
        assertThat(patch("{\"maxConnections\": 7}", "If-Match", list).status()).isEqualTo(status);
        assertThat(served.api("GET", ECHO, null).json().getInteger("maxConnections"))
                .isEqualTo(status == 200 ? 7 : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"present", "\"a\" \"b\"", "\"a", "W/x", "*, \"a\"", "'a'", "w/\"a\""})
    void whatIsNoListIsToldWithItsName(String list) {
        Reply refused = patch("{\"maxConnections\": 7}", "If-None-Match", list);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error(0).getString("parameter")).isEqualTo("If-None-Match");
        assertThat(refused.detail()).startsWith("If-None-Match \"" + list + "\" is no list of entity tags");
    }

    @Test
    void severalLinesOfAHeaderAreOneList() {
        assertThat(patch("{\"maxConnections\": 7}", "If-Match", "\"other\"", "If-Match", present)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aPutMayOnlyCreate() {
        Reply refused = served.api("PUT", ECHO, OPTIONS, "If-None-Match", "*");
        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.header("ETag")).isEqualTo(present);

        assertThat(served.api("PUT", "/listeners/other", OPTIONS, "If-None-Match", "*")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void ofManyThatOnlyCreateOneDoes() {
        List<Integer> statuses = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> served.api("PUT", "/listeners/new", OPTIONS, "If-None-Match", "*")
                                .status()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"5f\""})
    void aPutMayOnlyChange(String ifMatch) {
        Reply refused = served.api("PUT", "/listeners/other", OPTIONS, "If-Match", ifMatch);

        assertThat(refused.type()).isEqualTo("stale");
        assertThat(refused.header("ETag")).isNull();
        assertThat(served.api("GET", "/listeners/other", null).status()).isEqualTo(404);
    }

    @Test
    void withoutAListenerThereIsNothingToExpect() {
        assertThat(served.api("PATCH", "/listeners/other", "{}", "If-Match", "*")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        Reply known = served.api("GET", ECHO, null, "If-None-Match", present);
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.response().body()).isEmpty();
        assertThat(known.header("ETag")).isEqualTo(present);
        assertThat(served.api("GET", ECHO, null, "If-None-Match", "W/" + present)
                        .status())
                .isEqualTo(304);
        assertThat(served.api("GET", ECHO, null, "If-None-Match", "*").status()).isEqualTo(304);

        patch("{\"maxConnections\": 9}");
        assertThat(served.api("GET", ECHO, null, "If-None-Match", present).status())
                .isEqualTo(200);
        assertThat(served.api("GET", ECHO, null, "If-Match", present).type()).isEqualTo("stale");
    }
}
