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
    void aDeadlineCancelledInItsComponentsStepWakesNobody() {
        List<Deadline> set = new ArrayList<>();
        component.does(() -> {
            if (component.turns == 1) {
                set.add(component.wakeAfter(Duration.ofSeconds(1)));
                set.add(component.wakeAfter(Duration.ofSeconds(1)));
                set.get(0).cancel();
            } else {
                set.forEach(Deadline::cancel);
            }
            return Next.PAUSE;
        });
        hand.start(component);

        component.wake();
        hand.run();
        hand.advance(Duration.ofSeconds(1));

        assertThat(component.turns).isEqualTo(2);
        assertThat(set).noneMatch(Deadline::hasPassed);
        assertThat(component.firstDeadline).isNull();
        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDeadlineThatHasPassedMayBeCancelledInTheStepItWoke() {
        List<Deadline> set = new ArrayList<>();
        component.does(() -> {
            if (component.turns == 1) {
                set.add(component.wakeAfter(Duration.ofSeconds(1)));
                set.add(component.wakeAfter(Duration.ofSeconds(2)));
            } else {
                set.get(0).cancel();
            }
            return Next.PAUSE;
        });
        hand.start(component);

        hand.advance(Duration.ofSeconds(1));
        assertThat(set.get(1).isPending()).isTrue();
        hand.advance(Duration.ofSeconds(1));

        assertThat(component.turns).isEqualTo(3);
        assertThat(set).allMatch(Deadline::hasPassed);
    }

    @Test
    void deadlinesMayBeCancelledInTheEndHook() {
        hand.start(component);
        Deadline first = component.wakeAfter(Duration.ofSeconds(1));
        component.wakeAfter(Duration.ofSeconds(2));
        Deadline third = component.wakeAfter(Duration.ofSeconds(3));
        component.whenEnded = failure -> {
            third.cancel();
            first.cancel();
        };

        hand.scheduler.end(component);

        assertThat(component.ends).containsOnlyNulls();
        assertThat(component.firstDeadline).isNull();
        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        hand.advance(Duration.ofSeconds(10));
        assertThat(component.turns).isEqualTo(1);
    }

    @Test
    void aDeadlineSetAfterTheEndIsCancelledFromTheStart() {
        hand.start(component);
        hand.scheduler.end(component);

        Deadline late = component.wakeAfter(Duration.ofHours(1));

        assertThat(late.isPending()).isFalse();
        assertThat(late.hasPassed()).isFalse();
        assertThat(component.firstDeadline).isNull();
        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDelayOfZeroPassesInTheNextCycleAndNotInTheOneThatSetIt() {
        component.does(() -> {
            if (component.turns < 3) {
                component.wakeAfter(Duration.ZERO);
            }
            return Next.PAUSE;
        });

        for (int cycle = 1; cycle <= 3; cycle++) {
            hand.start(component);
            assertThat(component.turns).isEqualTo(cycle);
        }
        hand.run();

        assertThat(component.turns).isEqualTo(3);
        assertThat(hand.timersAskedFor).containsExactly(0L, 0L);
    }

    @Test
    void aNegativeDelayPassesAtOnceAndAHugeOneNever() {
        hand.start(component);
        Deadline past = component.wakeAfter(Duration.ofSeconds(-1));
        Deadline farPast = component.wakeAfter(Duration.ofSeconds(Long.MIN_VALUE));
        Deadline never = component.wakeAfter(Duration.ofSeconds(Long.MAX_VALUE));

        hand.run();
        assertThat(past.hasPassed()).isTrue();
        assertThat(farPast.hasPassed()).isTrue();
        hand.advance(Duration.ofDays(10_000));
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
