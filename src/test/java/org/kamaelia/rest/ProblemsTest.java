package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;

class ProblemsTest {

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND,404,not-found",
        "INVALID,400,invalid-input",
        "PORT_TAKEN,409,port-taken",
        "CANNOT_BIND,400,cannot-bind",
        "RESTART_REQUIRED,409,restart-required",
        "DRAINING,409,draining",
        "WRONG_STATE,409,wrong-state",
        "NOT_ALLOWED,403,not-allowed",
        "GONE,409,gone",
        "UNAVAILABLE,503,unavailable",
    })
    void everyReasonIsAProblem(Reason reason, int status, String type) {
        Problem problem =
                Problems.of(ControlFailure.at("/x", reason, "told"), 500).orElseThrow();

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.toJson())
                .isEqualTo(new JsonObject("{\"type\":\"urn:kamaelia:problem:" + type + "\",\"title\":\""
                        + problem.toJson().getString("title") + "\",\"status\":" + status
                        + ",\"detail\":\"told\",\"errors\":[{\"pointer\":\"/x\",\"detail\":\"told\"}]}"));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void noReasonIsAFaultOfOursAndEachIsRecordedAsItIsTold(Reason reason) {
        assertThat(Problems.of(new ControlFailure(reason, "told"), 500)).hasValueSatisfying(problem -> {
            assertThat(problem.kind()).isNotEqualTo(Kind.INTERNAL);
            assertThat(problem.kind().type()).isEqualTo(reason.problem());
        });
    }

    @Test
    void whenToTryAgainIsToldInWholeSeconds() {
        ControlFailure draining = new ControlFailure(Reason.DRAINING, "drains").retryAfter(Duration.ofMillis(1001));

        assertThat(Problems.of(draining, 500).orElseThrow().headers()).containsEntry("Retry-After", "2");
        assertThat(Problems.of(draining.retryAfter(Duration.ZERO), 500)
                        .orElseThrow()
                        .headers())
                .containsEntry("Retry-After", "1");
    }

    @Test
    void optionsTellTheirFaults() {
        Problem problem = Problems.of(new InvalidOptions("/port", "port 70000 is out of range"), 500)
                .orElseThrow();

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.faults()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "400,bad-request",
        "404,not-found",
        "405,method-not-allowed",
        "406,bad-request",
        "413,too-large",
        "414,bad-request",
        "415,unsupported-media-type",
        "417,bad-request",
        "431,bad-request",
        "503,unavailable"
    })
    void whatHttpFindsWrongKeepsItsStatus(int status, String type) {
        Problem problem = Problems.of(new HttpException(status), 500).orElseThrow();

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.kind().type()).endsWith(":" + type);
    }

    @Test
    void aFaultOfOursTellsNothing() {
        assertThat(Problems.of(new IllegalStateException("secret"), 500)).isEmpty();
        assertThat(Problems.internal().toJson().encode()).doesNotContain("secret");
    }
}
