package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns turns = new Turns();
    private final List<String> begun = new ArrayList<>();

    private Promise<String> take(String name, Interest interest) {
        Promise<String> look = Promise.promise();
        Future<String> unused = turns.take(interest, () -> begin(name, look));
        return look;
    }

    private Future<String> begin(String name, Promise<String> look) {
        begun.add(name);
        return look.future();
    }

    @Test
    void fewAreUnderWayAndTheNextBeginsWhenOneIsOver() {
        Promise<String> first = take("a", Interest.LASTING);
        take("b", Interest.LASTING);
        take("c", Interest.LASTING);
        assertThat(begun).containsExactly("a", "b");
        first.complete("done");
        assertThat(begun).containsExactly("a", "b", "c");
    }

    @Test
    void oneWhoseCallerHasGoneHoldsUpNobodyThoughItNeverEnds() {
        AtomicBoolean gone = new AtomicBoolean();
        Promise<String> stuck = take("a", gone::get);
        take("b", Interest.LASTING);
        take("c", Interest.LASTING);
        gone.set(true);
        take("d", Interest.LASTING);
        assertThat(begun).as("who waited longer comes first").containsExactly("a", "b", "c");

        stuck.complete("late");
        assertThat(begun).as("its late end frees nothing twice").containsExactly("a", "b", "c");
    }

    @Test
    void whatChangesSomethingGoesBeforeThoseWhoLookAndIsNotRefusedForThem() {
        Promise<String> first = take("a", Interest.LASTING);
        take("b", Interest.LASTING);
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < Turns.MOST_WAITING; i++) {
            waiting.add(turns.take(Interest.LASTING, () -> begin("look", Promise.promise())));
        }
        assertThat(turns.take(Interest.LASTING, () -> begin("one too many", Promise.promise()))
                        .failed())
                .isTrue();
        Future<String> close = turns.takeNext(Interest.LASTING, () -> begin("close", Promise.promise()));
        assertThat(close.failed()).isFalse();
        first.complete("done");
        assertThat(begun).containsExactly("a", "b", "close");
        assertThat(waiting).noneMatch(Future::isComplete);
    }
}
