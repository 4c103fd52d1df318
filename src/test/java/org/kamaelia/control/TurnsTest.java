package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ControlFailure.Reason;

/** Who may look at everything, and when. */
class TurnsTest {

    private static final int ALL = Turns.MOST_AT_A_TIME + Turns.MOST_WAITING;

    private final Turns turns = new Turns();
    private final List<Promise<Integer>> begun = new ArrayList<>();

    private Future<Integer> look(Interest interest) {
        return turns.take(interest, () -> {
            Promise<Integer> look = Promise.promise();
            begun.add(look);
            return look.future();
        });
    }

    private List<Future<Integer>> looks(int count) {
        List<Future<Integer>> looks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            looks.add(look(Interest.LASTING));
        }
        return looks;
    }

    @Test
    void aFewAreUnderWayAtATimeAndTheOthersHaveTheirTurnInTheOrderInWhichTheyCame() {
        List<Future<Integer>> looks = looks(ALL);
        assertThat(begun).hasSize(Turns.MOST_AT_A_TIME);

        for (int i = 0; i < ALL; i++) {
            assertThat(begun).hasSize(Math.min(ALL, i + Turns.MOST_AT_A_TIME));
            begun.get(i).complete(i);
        }

        for (int i = 0; i < ALL; i++) {
            assertThat(looks.get(i).result()).isEqualTo(i);
        }
    }

    @Test
    void whoeverIsTooManyIsRefusedAtOnceAndToldWhenToComeAgain() {
        looks(ALL);

        Future<Integer> refused = look(Interest.LASTING);

        ControlFailure failure = (ControlFailure) refused.cause();
        assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        begun.get(0).complete(0);
        assertThat(look(Interest.LASTING).failed()).isFalse();
    }

    @Test
    void whoeverHasGoneMakesRoomAndNeverBegins() {
        looks(Turns.MOST_AT_A_TIME);
        AtomicBoolean gone = new AtomicBoolean();
        Future<Integer> left = look(gone::get);
        looks(Turns.MOST_WAITING - 1);
        assertThat(look(Interest.LASTING).failed()).isTrue();

        gone.set(true);

        Future<Integer> next = look(Interest.LASTING);
        assertThat(next.failed()).isFalse();
        assertThat(left.failed()).isTrue();
        for (int i = 0; i < ALL; i++) {
            begun.get(i).complete(i);
        }
        assertThat(begun).hasSize(ALL);
        assertThat(next.result()).isEqualTo(ALL - 1);
    }

    @Test
    void whoeverGoesWhileItWaitsIsPassedOver() {
        looks(Turns.MOST_AT_A_TIME);
        AtomicBoolean gone = new AtomicBoolean();
        Future<Integer> left = look(gone::get);
        Future<Integer> stays = look(Interest.LASTING);

        gone.set(true);
        begun.get(0).complete(0);
        begun.get(2).complete(2);

        assertThat(left.failed()).isTrue();
        assertThat(stays.result()).isEqualTo(2);
    }

    @Test
    void aLookThatFailsGivesItsTurnBack() {
        for (int i = 0; i < ALL; i++) {
            Future<Integer> failed = turns.take(Interest.LASTING, () -> {
                throw new IllegalStateException();
            });
            assertThat(failed.failed()).isTrue();
        }
        looks(1);
        assertThat(begun).hasSize(1);
        begun.get(0).fail("no");
        looks(Turns.MOST_AT_A_TIME);
        assertThat(begun).hasSize(1 + Turns.MOST_AT_A_TIME);
    }
}
