package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Event;
import org.kamaelia.control.CallsRefused;
import org.kamaelia.rest.Problem.Kind;

class KnocksTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Knocks knocks(Duration pause) {
        return new Knocks(vertx, pause, events::add);
    }

    private CallsRefused next() throws InterruptedException {
        return (CallsRefused) events.poll(20, TimeUnit.SECONDS);
    }

    private static CallsRefused refused(String problem, long count, long total, String caller, String address) {
        return new CallsRefused("urn:kamaelia:problem:" + problem, count, total, caller, address);
    }

    @Test
    void theFirstOfEachKindIsToldAtOnceAndAFloodIsNot() {
        Knocks knocks = knocks(LONG);

        for (int i = 0; i < 1000; i++) {
            knocks.refused(Kind.UNAUTHENTICATED, null, "10.0.0." + i);
            knocks.refused(Kind.TOO_MANY_REQUESTS, "vera", "10.0.1." + i);
        }

        assertThat(events)
                .containsExactly(
                        refused("unauthenticated", 1, 1, null, "10.0.0.0"),
                        refused("too-many-requests", 1, 1, "vera", "10.0.1.0"));
    }

    @Test
    void afterThePauseTheOthersAreToldTogetherAndThenNothing() throws InterruptedException {
        Knocks knocks = knocks(Duration.ofMillis(500));
        for (int i = 1; i <= 3; i++) {
            knocks.refused(Kind.UNAUTHENTICATED, i < 3 ? "vera" : null, "10.0.0." + i);
        }

        assertThat(next()).isEqualTo(refused("unauthenticated", 1, 1, "vera", "10.0.0.1"));
        assertThat(next()).isEqualTo(refused("unauthenticated", 2, 3, null, "10.0.0.3"));
        assertThat(events.poll(1200, TimeUnit.MILLISECONDS)).isNull();

        knocks.refused(Kind.UNAUTHENTICATED, null, "10.0.0.4");
        assertThat(next()).isEqualTo(refused("unauthenticated", 1, 4, null, "10.0.0.4"));
    }
}
