package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Components that are woken when their time has come. */
class DeadlinesTest {
    private final HandDriven hand = new HandDriven();
    private final Probe component = new Probe();

    @Test
    void aDeadlineWakesItsComponentOnce() {
        hand.start(component);
        Deadline deadline = component.wakeAfter(Duration.ofSeconds(5));

        hand.advance(Duration.ofMillis(4_999));
        assertThat(component.turns).isEqualTo(1);
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.isPending()).isTrue();

        hand.advance(Duration.ofMillis(1));
        assertThat(component.turns).isEqualTo(2);
        assertThat(deadline.hasPassed()).isTrue();
        assertThat(deadline.isPending()).isFalse();

        hand.advance(Duration.ofDays(1));
        assertThat(component.turns).isEqualTo(2);
    }

    @Test
    void aDeadlineStandsBesideThoseSetBefore() {
        hand.start(component);
        component.wakeAfter(Duration.ofSeconds(3));
        component.wakeAfter(Duration.ofSeconds(1));
        component.wakeAfter(Duration.ofSeconds(2));

        for (int second = 1; second <= 3; second++) {
            hand.advance(Duration.ofSeconds(1));
            assertThat(component.turns).isEqualTo(1 + second);
        }
    }

    @Test
    void aDeadlineSetBeforeActivationRunsFromActivation() {
        component.wakeAfter(Duration.ofSeconds(5));
        hand.now += Duration.ofHours(1).toNanos();
        hand.start(component);
        assertThat(component.turns).isEqualTo(1);

        hand.advance(Duration.ofSeconds(5));

        assertThat(component.turns).isEqualTo(2);
    }

    @Test
    void aCancelledDeadlineWakesNobody() {
        hand.start(component);
        Deadline deadline = component.wakeAfter(Duration.ofSeconds(5));

        deadline.cancel();
        deadline.cancel();
        hand.advance(Duration.ofSeconds(5));

        assertThat(component.turns).isEqualTo(1);
        assertThat(deadline.isPending()).isFalse();
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(component.firstDeadline).isNull();
    }

    @Test
    void aDeadlineCancelledBeforeActivationIsNotArmed() {
        component.wakeAfter(Duration.ofSeconds(5)).cancel();

        hand.start(component);

        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEndTakesTheDeadlinesAway() {
        hand.start(component);
        component.wakeAfter(Duration.ofSeconds(5));
        component.whenEnded = failure -> component.wakeAfter(Duration.ofSeconds(6));

        hand.scheduler.end(component);

        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        hand.advance(Duration.ofSeconds(10));
        assertThat(component.turns).isEqualTo(1);
    }

    @Test
    void aNegativeDelayPassesAtOnceAndAHugeOneNever() {
        hand.start(component);
        Deadline past = component.wakeAfter(Duration.ofSeconds(-1));
        Deadline never = component.wakeAfter(Duration.ofSeconds(Long.MAX_VALUE));

        hand.advance(Duration.ofDays(10_000));

        assertThat(past.hasPassed()).isTrue();
        assertThat(never.hasPassed()).isFalse();
    }

    @Test
    void theClocksZeroAndItsOverflowMeanNothing() {
        hand.now = Long.MAX_VALUE - 10;
        hand.start(component);
        Deadline deadline = component.wakeAfter(Duration.ofNanos(100));

        hand.advance(Duration.ofNanos(50));
        assertThat(deadline.hasPassed()).isFalse();
        hand.advance(Duration.ofNanos(50));
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void manyDeadlinesPassInTheirOrderThoughSomeAreCancelled() {
        hand.start(component);
        Random random = new Random(1601);
        List<Deadline> deadlines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            deadlines.add(component.wakeAfter(Duration.ofNanos(1 + random.nextInt(5_000))));
        }
        Collections.shuffle(deadlines, random);
        List<Deadline> cancelled = deadlines.subList(0, 700);
        cancelled.forEach(Deadline::cancel);

        while (hand.scheduler.nextDeadline() != Long.MAX_VALUE) {
            long next = hand.scheduler.nextDeadline();
            assertThat(next).isGreaterThan(hand.now);
            hand.advance(Duration.ofNanos(next - hand.now));
            assertThat(deadlines)
                    .allMatch(each ->
                            cancelled.contains(each) ? !each.hasPassed() : each.hasPassed() == (each.at <= next));
        }
        assertThat(component.firstDeadline).isNull();
    }

    @Test
    void theHostIsAskedForTheEarliestDeadlineOnly() {
        hand.start(component);
        component.wakeAfter(Duration.ofNanos(500));
        component.wakeAfter(Duration.ofNanos(900));
        component.wakeAfter(Duration.ofNanos(300));
        assertThat(hand.timersAskedFor).containsExactly(500L, 300L);

        hand.advance(Duration.ofNanos(300));
        assertThat(hand.timersAskedFor).containsExactly(500L, 300L, 500L);
    }

    @Test
    void deadlinesSetDuringACycleAreAskedForAtItsEnd() {
        component.does(() -> {
            if (component.turns == 1) {
                component.wakeAfter(Duration.ofNanos(900));
                component.wakeAfter(Duration.ofNanos(300));
            }
            return Next.PAUSE;
        });

        hand.start(component);

        assertThat(hand.timersAskedFor).containsExactly(300L);
    }

    @Test
    void aTimerThatComesForACancelledDeadlineIsFollowedByOneForTheNext() {
        hand.start(component);
        Deadline early = component.wakeAfter(Duration.ofNanos(300));
        component.wakeAfter(Duration.ofNanos(900));
        early.cancel();

        hand.advance(Duration.ofNanos(300));

        assertThat(component.turns).isEqualTo(1);
        assertThat(hand.timersAskedFor).containsExactly(300L, 900L);
    }
}
