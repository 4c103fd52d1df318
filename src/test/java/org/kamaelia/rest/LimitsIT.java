package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Wire.Answer;

/** What one caller can take, and how long a wrong token waits. */
class LimitsIT {

    private static final String INFO = "/api/v1/info";
    private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\n";
    private static final String WRONG = "Authorization: Bearer kam_wrong";

    private final NewToken vera = Tokens.create("vera", Role.VIEWER);
    private final NewToken otto = Tokens.create("otto", Role.OPERATOR);

    @TempDir
    Path directory;

    private Path file;
    private Served served;

    @BeforeEach
    void writeTokens() throws IOException {
        file = Files.writeString(directory.resolve("tokens"), vera.line() + "\n" + otto.line() + "\n");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void serve(AdminLimits limits) {
        served = new Served(AdminOptions.defaults().tokenFile(file).limits(limits));
    }

    private static String bearer(NewToken token) {
        return "Authorization: Bearer " + token.token();
    }

    /** Asks until it is told not to: after so many requests, and one more for each second that they took. */
    private static Answer askTooOften(Wire wire, int burst, String... headers) throws IOException {
        int expected = headers.length == 0 ? 401 : 200;
        long began = System.nanoTime();
        int answered = 0;
        Answer answer = wire.get(INFO, headers);
        while (answer.status() == expected && answered < 1_000) {
            answered++;
            answer = wire.get(INFO, headers);
        }
        int seconds = (int) Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(answered).isBetween(burst, burst + seconds);
        return answer;
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeAgainAndOthersAreNot() throws IOException {
        serve(AdminLimits.defaults().rate(1, 3));
        try (Wire wire = Wire.to(served.port())) {
            Answer refused = askTooOften(wire, 3, bearer(vera));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.type()).isEqualTo("too-many-requests");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.detail()).startsWith("vera asks too often");
            assertThat(wire.get(INFO, bearer(otto)).status()).isEqualTo(200);
            assertThat(wire.get("/health/ready", bearer(vera)).json().fieldNames())
                    .contains("reasons");
        }
    }

    @Test
    void theUnknownShareTheRateOfTheirAddressAndProbesHaveNone() throws IOException {
        serve(AdminLimits.defaults().rate(1, 2));
        try (Wire wire = Wire.from("127.0.0.5", served.port());
                Wire elsewhere = Wire.from("127.0.0.6", served.port())) {
            assertThat(askTooOften(wire, 2).type()).isEqualTo("too-many-requests");
            assertThat(wire.get(INFO, bearer(vera)).status()).isEqualTo(200);
            assertThat(elsewhere.get(INFO).status()).isEqualTo(401);
            for (int i = 0; i < 5; i++) {
                assertThat(wire.get("/health/live").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void moreRequestsAtATimeThanAllowedAreToldToTryAgainAndProbesAreAnswered() throws IOException {
        serve(AdminLimits.defaults().requests(2));
        List<Wire> stalled = new ArrayList<>();
        try (Wire wire = Wire.to(served.port())) {
            for (int i = 0; i < 2; i++) {
                Wire each = Wire.to(served.port());
                stalled.add(each);
                each.say("PUT /api/v1/listeners/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                        + "Content-Type: application/json\r\n" + bearer(otto) + "\r\n\r\n");
            }
            Answer answer = untilStatusIs(503, wire);

            assertThat(answer.type()).isEqualTo("unavailable");
            assertThat(answer.detail()).contains("admin.limits.requests");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(wire.get("/health/live").status()).isEqualTo(200);
            for (Wire each : stalled) {
                each.say("{}");
                assertThat(each.hear(true).status()).isEqualTo(400);
            }
            assertThat(untilStatusIs(200, wire).status()).isEqualTo(200);
        } finally {
            for (Wire each : stalled) {
                each.close();
            }
        }
    }

    @Test
    void unfinishedBodiesOfStrangersTakeNoPlaceOfKnownCallers() throws IOException {
        serve(AdminLimits.defaults().requests(2));
        List<Wire> strangers = new ArrayList<>();
        try (Wire wire = Wire.to(served.port())) {
            for (int i = 0; i < 4; i++) {
                Wire each = Wire.to(served.port());
                strangers.add(each);
                each.say("GET /health/live" + HEAD + "\r\n" + "PUT /api/v1/listeners/x" + HEAD
                        + "Content-Length: 2\r\n\r\n");
                assertThat(each.hear(true).status()).isEqualTo(200); // so that the other one is being looked at
            }
            for (int i = 0; i < 200; i++) {
                assertThat(wire.get(INFO, bearer(vera)).status()).isEqualTo(200);
            }
            for (Wire each : strangers) {
                each.say("{}");
                assertThat(each.hear(true).status()).isEqualTo(401);
            }
        } finally {
            for (Wire each : strangers) {
                each.close();
            }
        }
    }

    @Test
    void unfinishedBodiesThatAreRefusedTakeNoPlaceOfOthers() throws IOException {
        serve(AdminLimits.defaults().requests(2));
        List<Wire> refused = new ArrayList<>();
        try (Wire wire = Wire.to(served.port())) {
            for (int i = 0; i < 4; i++) {
                Wire each = Wire.to(served.port());
                refused.add(each);
                each.say("GET /health/live" + HEAD + "\r\n"
                        + "POST /nowhere" + HEAD + "Content-Length: 2\r\n" + bearer(otto)
                        + "\r\n\r\n");
                assertThat(each.hear(true).status()).isEqualTo(200);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(wire.get(INFO, bearer(vera)).status()).isEqualTo(200);
            }
        } finally {
            for (Wire each : refused) {
                each.close();
            }
        }
    }

    private Answer untilStatusIs(int status, Wire wire) {
        Answer[] answer = {null};
        Running.until("the status is " + status, () -> {
            answer[0] = wire.get(INFO, bearer(vera));
            return answer[0].status() == status;
        });
        return answer[0];
    }

    @Test
    void wrongTokensOfAnAddressAreAnsweredLaterAndRightOnesOfItAtOnce() throws IOException {
        serve(AdminLimits.defaults());
        try (Wire wire = Wire.from("127.0.0.5", served.port());
                Wire neighbour = Wire.from("127.0.0.5", served.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(wire.get(INFO, WRONG).status()).isEqualTo(401);
            }
            long began = System.nanoTime();
            wire.say("GET " + INFO + " HTTP/1.1\r\nHost: localhost\r\n" + WRONG + "\r\n\r\n");
            assertThat(neighbour.get(INFO, bearer(vera)).status()).isEqualTo(200);
            assertThat(wire.hear(true).status()).isEqualTo(401);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void aProbeWithAWrongTokenWaitsLikewiseAndTellsNoMoreThanWithout() throws IOException {
        serve(AdminLimits.defaults());
        try (Wire wire = Wire.from("127.0.0.5", served.port())) {
            wire.get("/health/ready", WRONG);
            wire.get("/health/ready", WRONG);
            long began = System.nanoTime();
            Answer third = wire.get("/health/ready", WRONG);

            assertThat(third.status()).isEqualTo(200);
            assertThat(third.json().fieldNames()).containsExactly("status");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void whileAsManyWrongTokensWaitAsMayMoreAreRefusedAndRightOnesLetInWhoeverSharesTheAddress() throws IOException {
        serve(AdminLimits.defaults().connections(16)); // 1 of an address
        String wrong = "GET " + INFO + " HTTP/1.1\r\nHost: localhost\r\n" + WRONG + "\r\n\r\n";
        try (Wire one = Wire.from("127.0.0.5", served.port());
                Wire other = Wire.from("127.0.0.5", served.port());
                Wire right = Wire.from("127.0.0.5", served.port())) {
            for (int i = 0; i < 6; i++) {
                one.get(INFO, WRONG);
            }
            one.say(wrong); // whichever comes first waits for 1.6 s
            other.say(wrong);
            assertThat(right.get(INFO, bearer(vera)).status()).isEqualTo(200);
            List<Answer> answers = List.of(one.hear(true), other.hear(true));

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(401, 429);
            Answer refused = answers.get(answers.get(0).status() == 429 ? 0 : 1);
            assertThat(refused.detail()).startsWith("too many wrong tokens come from this address");
            assertThat(refused.header("Retry-After")).isEqualTo("2");
        }
    }

    @Test
    void onlySoManyAnswersToWrongTokensAreKeptWaiting() throws IOException {
        serve(AdminLimits.defaults().connections(16)); // 4 in all, 1 of an address
        List<Wire> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Wire each = Wire.from("127.0.0.5", served.port());
                waiting.add(each);
                each.get(INFO, WRONG);
            }
            // The more of them there were, the longer the next one waits, and the others have to come meanwhile.
            waiting.get(0).get(INFO, WRONG);
            waiting.get(0).get(INFO, WRONG);
            for (Wire each : waiting) {
                each.say("GET " + INFO + " HTTP/1.1\r\nHost: localhost\r\n" + WRONG + "\r\n\r\n");
            }

            List<Integer> statuses = new ArrayList<>();
            for (Wire each : waiting) {
                statuses.add(each.hear(true).status());
            }
            assertThat(statuses).containsExactlyInAnyOrder(401, 429, 429);
        } finally {
            for (Wire each : waiting) {
                each.close();
            }
        }
    }
}
