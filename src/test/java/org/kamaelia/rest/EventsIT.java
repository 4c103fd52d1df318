package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Heard.Block;
import org.kamaelia.rest.Served.Reply;
import org.kamaelia.tcp.ConnectionsRefused;
import org.kamaelia.tcp.Refusal;

/** The stream of events, as its readers see it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventsIT {

    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";
    private static final int KEPT = 10_000;

    private Served served = Served.onLoopback();

    @AfterEach
    void stop() {
        served.close();
    }

    private Heard hear(String query, String... headers) throws Exception {
        return new Heard(served.port(), query, headers);
    }

    private void happen(int count) {
        served.control.observe(new ConnectionsRefused("busy", Refusal.FULL, count, "192.0.2.7"));
    }

    @Test
    void whatHappensIsToldInItsOrderWithIdTypeListenerAndData() throws Exception {
        try (Heard heard = hear("")) {
            assertThat(heard.response.statusCode()).isEqualTo(200);
            assertThat(heard.response.headers().firstValue("Content-Type")).contains("text/event-stream");

            JsonObject listener = served.api("PUT", "/listeners/one", ECHO).json();
            Block changed = heard.event();
            assertThat(changed.type()).isEqualTo("listener-changed");
            assertThat(changed.json().getString("id")).isEqualTo(changed.id());
            assertThat(changed.json().getString("at")).endsWith("Z");
            assertThat(changed.json().getString("listener")).isEqualTo("one");
            assertThat(changed.data().getString("state")).isEqualTo("listening");
            assertThat(changed.data().getInteger("boundPort")).isEqualTo(listener.getInteger("boundPort"));

            Block audit = heard.event();
            assertThat(audit.type()).isEqualTo("audit");
            assertThat(audit.data().getString("operation")).isEqualTo("putListener");
            assertThat(audit.data().fieldNames()).doesNotContain("input", "before", "after");

            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getInteger("boundPort"))) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
            Block closed = heard.event();
            assertThat(closed.type()).isEqualTo("connection-closed");
            assertThat(closed.data().getString("listener")).isEqualTo("one");
            assertThat(closed.data().getString("closeCause")).isNotEmpty();

            served.api("DELETE", "/listeners/one", null);
            assertThat(heard.event().type()).isEqualTo("operation-changed");
        }
    }

    @Test
    void filtersByTypeAndListener() throws Exception {
        try (Heard failures = hear("?type=failure,connections-refused&listener=busy");
                Heard one = hear("?listener=one")) {
            served.api("PUT", "/listeners/one", ECHO);
            served.control.observe(new ComponentFailed("c", null, new IllegalStateException("broken")));
            happen(1);
            served.api("PUT", "/listeners/one", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\",\"maxAge\":\"1h\"}");

            assertThat(failures.event().data().getInteger("count")).isEqualTo(1);
            assertThat(one.event().type()).isEqualTo("listener-changed");
            assertThat(one.event().type()).isEqualTo("listener-changed");
        }
        try (Heard failures = hear("?type=failure")) {
            served.control.observe(new ComponentFailed("c", null, new IllegalStateException("broken")));
            assertThat(failures.event().data())
                    .isEqualTo(
                            new JsonObject(
                                    "{\"component\":\"c\",\"componentId\":null,\"connection\":null,\"failure\":\"java.lang.IllegalStateException: broken\"}"));
        }
    }

    @Test
    void aBulkCloseOfAListenersConnectionsIsToldAsTheListeners() throws Exception {
        served.api("PUT", "/listeners/one", ECHO);
        try (Heard heard = hear("?type=operation-changed")) {
            served.api("POST", "/connections/control", "{\"message\":\"producerFinished\",\"listener\":\"one\"}");

            Block begun = heard.event();
            assertThat(begun.json().getString("listener")).isEqualTo("one");
            assertThat(begun.data().getString("target")).isEqualTo("one");
            assertThat(begun.data().getString("kind")).isEqualTo("close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?type=noise", "?type=", "?type=failure,", "?since=1"})
    void aWrongFilterIsRefused(String query) {
        Reply reply = served.api("GET", "/events" + query, null);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.type()).isEqualTo("invalid-input");
    }

    @Test
    void aReaderThatComesBackGoesOnAfterTheLastThatItSaw() throws Exception {
        String seen;
        try (Heard heard = hear("")) {
            happen(1);
            seen = heard.event().id();
        }
        happen(2);
        happen(3);

        try (Heard heard = hear("", "Last-Event-ID", seen)) {
            assertThat(heard.event().data().getInteger("count")).isEqualTo(2);
            assertThat(heard.event().data().getInteger("count")).isEqualTo(3);
            happen(4);
            assertThat(heard.event().data().getInteger("count")).isEqualTo(4);
        }
    }

    @Test
    void whatIsNoLongerKeptIsAGapThatSaysHowManyAreMissing() throws Exception {
        String seen;
        try (Heard heard = hear("")) {
            happen(1);
            seen = heard.event().id();
        }
        for (int i = 2; i <= KEPT + 6; i++) {
            happen(i);
        }

        try (Heard heard = hear("", "Last-Event-ID", seen)) {
            Block gap = heard.event();
            assertThat(gap.type()).isEqualTo("gap");
            assertThat(gap.data().getInteger("missed")).isEqualTo(5);
            for (int i = 7; i <= KEPT + 6; i++) {
                assertThat(heard.event().data().getInteger("count")).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event-0-7", "7", "nonsense"})
    void anIdOfAnotherProcessIsAGapAndThenAllThatIsKept(String id) throws Exception {
        happen(1);

        try (Heard heard = hear("", "Last-Event-ID", id)) {
            Block gap = heard.event();
            assertThat(gap.type()).isEqualTo("gap");
            assertThat(gap.data().getValue("missed")).isNull();
            assertThat(heard.event().data().getInteger("count")).isEqualTo(1);
        }
    }

    @Test
    void aFutureIdIsAGap() throws Exception {
        happen(1);
        String id;
        try (Heard heard = hear("", "Last-Event-ID", "x")) {
            assertThat(heard.event().type()).isEqualTo("gap");
            id = heard.event().id();
        }
        try (Heard heard = hear("", "Last-Event-ID", id + "000")) {
            assertThat(heard.event().type()).isEqualTo("gap");
        }
    }

    @Test
    void othersThanGetAndHeadAreNotKnown() {
        for (String method : new String[] {"POST", "DELETE"}) {
            Reply reply = served.api(method, "/events", null);
            assertThat(reply.status()).as(method).isEqualTo(405);
            assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
        }
    }

    @Test
    void aStreamOutlivesTheTimesThatRequestsAndSilentConnectionsHaveAndTakesNoPlaceOfTheirs() throws Exception {
        served.close();
        served = new Served(AdminOptions.defaults()
                .limits(AdminLimits.defaults()
                        .requests(1)
                        .idleTimeout(Duration.ofMillis(400))
                        .requestTimeout(Duration.ofMillis(300))));
        try (Heard heard = hear("")) {
            String id = heard.block().id();
            for (int i = 0; i < 6; i++) { // each after 200 ms
                Block beat = heard.block();
                assertThat(beat.lines().get(0)).startsWith(":");
                assertThat(beat.id()).isEqualTo(id);
            }
            happen(1);
            assertThat(heard.event().type()).isEqualTo("connections-refused");
            assertThat(served.api("GET", "/info", null).status()).isEqualTo(200);
        }
    }

    @Test
    void atShutdownTheStreamEndsWithALastComment() throws Exception {
        try (Heard heard = hear("")) {
            happen(1);
            assertThat(heard.event().type()).isEqualTo("connections-refused");
            served.running().stop();

            assertThat(heard.block().lines()).containsExactly(": the server is shutting down");
            assertThat(heard.block()).isNull();
        }
    }

    @Test
    void aStreamEndsWhenItsCallerIsNoLongerKnownAndThoseOfOthersGoOn(@TempDir Path directory) throws Exception {
        NewToken gone = Tokens.create("vera", Role.VIEWER);
        NewToken lower = Tokens.create("ada", Role.ADMIN);
        NewToken stays = Tokens.create("otto", Role.OPERATOR);
        Path file = directory.resolve("tokens");
        Files.writeString(file, String.join("\n", gone.line(), lower.line(), stays.line()));
        served.close();
        served = new Served(AdminOptions.defaults().tokenFile(file));

        try (Heard ofGone = hear("?type=failure", "Authorization", "Bearer " + gone.token());
                Heard ofLower = hear("?type=failure", "Authorization", "Bearer " + lower.token());
                Heard ofStaying = hear("", "Authorization", "Bearer " + stays.token())) {
            Path next = directory.resolve("next");
            Files.writeString(next, lower.line().replace(" admin ", " viewer ") + "\n" + stays.line() + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE); // half a file would end them all

            assertThat(ofGone.block().id()).isNotEmpty();
            assertThat(ofGone.block().lines())
                    .containsExactly(": whoever asked is not known any more, or not in that role: ask again");
            assertThat(ofGone.block()).isNull();
            assertThat(ofLower.block().id()).isNotEmpty();
            assertThat(ofLower.block().lines().get(0)).startsWith(": whoever asked is not known any more");
            happen(1);
            assertThat(ofStaying.event().type()).isEqualTo("connections-refused");
        }
    }

    @Test
    void whoIsTurnedAwayIsToldToOperators(@TempDir Path directory) throws Exception {
        NewToken viewer = Tokens.create("vera", Role.VIEWER);
        NewToken operator = Tokens.create("otto", Role.OPERATOR);
        Files.writeString(directory.resolve("tokens"), viewer.line() + "\n" + operator.line() + "\n");
        served.close();
        served = new Served(AdminOptions.defaults()
                .tokenFile(directory.resolve("tokens"))
                .limits(AdminLimits.defaults().rate(1, 2)));

        try (Heard seen = hear("", "Authorization", "Bearer " + viewer.token());
                Heard heard = hear("?type=calls-refused", "Authorization", "Bearer " + operator.token())) {
            served.api("GET", "/info", null);
            assertTurnedAway(heard.event(), "unauthenticated", null);
            served.api("GET", "/info", null, "Origin", "http://evil.example");
            assertTurnedAway(heard.event(), "foreign-request", null);
            String[] again = {"Authorization", "Bearer " + viewer.token()};
            while (served.api("GET", "/info", null, again).status() == 200) {
                assertThat(heard.response.statusCode()).isEqualTo(200);
            }
            assertTurnedAway(heard.event(), "too-many-requests", "vera");

            happen(1);
            assertThat(seen.event().type()).isEqualTo("connections-refused");
        }
    }

    private static void assertTurnedAway(Block block, String problem, String caller) {
        assertThat(block.type()).isEqualTo("calls-refused");
        assertThat(block.data())
                .isEqualTo(new JsonObject()
                        .put("problem", "urn:kamaelia:problem:" + problem)
                        .put("count", 1)
                        .put("total", 1)
                        .put("lastCaller", caller)
                        .put("lastAddress", "127.0.0.1"));
    }

    @Test
    void aWrongTokenAtAProbeIsToldToo(@TempDir Path directory) throws Exception {
        NewToken viewer = Tokens.create("vera", Role.VIEWER);
        NewToken operator = Tokens.create("otto", Role.OPERATOR);
        Files.writeString(directory.resolve("tokens"), viewer.line() + "\n" + operator.line() + "\n");
        served.close();
        served = new Served(AdminOptions.defaults().tokenFile(directory.resolve("tokens")));

        try (Heard heard = hear("", "Authorization", "Bearer " + operator.token())) {
            served.get("/health/ready");
            assertThat(served.get("/health/ready", "Authorization", "Bearer kam_wrong")
                            .status())
                    .isEqualTo(200);
            assertTurnedAway(heard.event(), "unauthenticated", null);
        }
        assertThat(served.api("GET", "/events?type=calls-refused", null, "Authorization", "Bearer " + viewer.token())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void changesAreToldToAdminsOnly(@TempDir Path directory) throws Exception {
        NewToken viewer = Tokens.create("vera", Role.VIEWER);
        NewToken admin = Tokens.create("ada", Role.ADMIN);
        Files.writeString(directory.resolve("tokens"), viewer.line() + "\n" + admin.line() + "\n");
        served.close();
        served = new Served(AdminOptions.defaults().tokenFile(directory.resolve("tokens")));

        assertThat(served.api("GET", "/events", null).status()).isEqualTo(401);
        assertThat(served.api("GET", "/events?type=audit", null, "Authorization", "Bearer " + viewer.token())
                        .status())
                .isEqualTo(403);
        try (Heard seen = hear("", "Authorization", "Bearer " + viewer.token());
                Heard all = hear("", "Authorization", "Bearer " + admin.token())) {
            served.api("PUT", "/listeners/one", "{}", "Authorization", "Bearer " + admin.token());
            happen(1);
            assertThat(seen.event().type()).isEqualTo("connections-refused");
            assertThat(all.event().type()).isEqualTo("audit");
        }
    }
}
