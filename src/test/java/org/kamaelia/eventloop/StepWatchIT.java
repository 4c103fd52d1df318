package org.kamaelia.eventloop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.component.Component;
import org.kamaelia.component.Event;
import org.kamaelia.component.Next;
import org.kamaelia.component.StepOverdue;

/** A step that takes too long is told of while it does. */
@Timeout(60)
class StepWatchIT {
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final SchedulerVerticle verticle = new SchedulerVerticle(events::add, Duration.ofMillis(50));
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void closeVertx() throws Exception {
        release.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    /** Does what no component may: waits in its step, or in its last hook. */
    private final class Stuck extends Component {
        private final boolean atItsEnd;

        Stuck(boolean atItsEnd) {
            this.atItsEnd = atItsEnd;
        }

        @Override
        protected Next step() {
            if (!atItsEnd) {
                waitForRelease();
            }
            return DONE;
        }

        @Override
        protected void ended(@Nullable Throwable failure) {
            if (atItsEnd) {
                waitForRelease();
            }
        }

        private void waitForRelease() {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Brief extends Component {
        @Override
        protected Next step() {
            return DONE;
        }
    }

    private void deploy() throws Exception {
        vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    /** The next of such a component; where much else is done others may be slow too. */
    private StepOverdue nextOverdue(Predicate<@Nullable String> component) throws InterruptedException {
        StepOverdue next = nextOverdue();
        while (!component.test(next.component())) {
            next = nextOverdue();
        }
        return next;
    }

    private static boolean isStuck(@Nullable String component) {
        return component != null && component.matches("StepWatchIT.Stuck#\\d+");
    }

    private StepOverdue nextOverdue() throws InterruptedException {
        Event event = events.poll(20, SECONDS);
        assertThat(event).isInstanceOf(StepOverdue.class);
        return (StepOverdue) event;
    }

    @Test
    void theComponentIsNamedWhileItsStepGoesOnWithWhereItIs() throws Exception {
        deploy();
        verticle.scheduler().ingress().activate(new Brief());
        verticle.scheduler().ingress().activate(new Stuck(false));

        StepOverdue overdue = nextOverdue(StepWatchIT::isStuck);

        assertThat(release.getCount()).as("still under way").isEqualTo(1);
        assertThat(overdue.since()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        assertThat(overdue.where()).anyMatch(frame -> frame.getMethodName().equals("waitForRelease"));
    }

    @Test
    void itIsToldAgainWhenItHasLastedTenTimesAsLong() throws Exception {
        deploy();
        verticle.scheduler().ingress().activate(new Stuck(false));

        StepOverdue first = nextOverdue(StepWatchIT::isStuck);
        StepOverdue second = nextOverdue(StepWatchIT::isStuck);

        assertThat(second.component()).isEqualTo(first.component());
        assertThat(second.since()).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aComponentThatHangsAsItEndsIsNamedToo() throws Exception {
        deploy();
        verticle.scheduler().ingress().activate(new Stuck(true));

        assertThat(nextOverdue(StepWatchIT::isStuck).where()).isNotEmpty();
    }

    @Test
    void workThatCameInFromOutsideIsToldWithoutAName() throws Exception {
        deploy();
        verticle.scheduler().ingress().call(() -> {
            try {
                return release.await(20, SECONDS);
            } catch (InterruptedException e) {
                return false;
            }
        });

        assertThat(nextOverdue(Objects::isNull).where()).isNotEmpty();
    }

    @Test
    void aSleepingSchedulerIsNotOverdue() throws Exception {
        SchedulerVerticle patient = new SchedulerVerticle(events::add, Duration.ofMillis(250));
        vertx.deployVerticle(patient).toCompletionStage().toCompletableFuture().get(20, SECONDS);
        patient.scheduler().ingress().activate(new Brief());
        CountDownLatch passed = new CountDownLatch(1);
        vertx.setTimer(1_000, timer -> passed.countDown());

        assertThat(passed.await(20, SECONDS)).isTrue();

        assertThat(events).isEmpty();
    }

    @Test
    void aLimitBelowAMillisecondIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SchedulerVerticle(events::add, Duration.ofNanos(1)))
                .withMessageContaining("1 ms")
                .withMessageContaining("PT0.000000001S");
    }
}
