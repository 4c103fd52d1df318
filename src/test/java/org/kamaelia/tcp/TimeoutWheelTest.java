package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Scheduler;
import org.kamaelia.tcp.TimeoutWheel.Timeout;

/** Time-outs under a clock that moves when told to. */
class TimeoutWheelTest {
    private static final long TICK = TimeoutWheel.TICK.toNanos();

    /** Where nothing depends on the clock's sign, as System.nanoTime() promises none. */
    private long now = -Duration.ofSeconds(7).toNanos();

    private final Scheduler scheduler = new Scheduler(() -> now, Scheduler.Host.NONE, event -> {});
    private final TimeoutWheel wheel = new TimeoutWheel();

    /** Notes when each of its time-outs has passed. */
    private final class Sleeper extends Component {
        final Timeout timeout = new Timeout(this);
        final List<Long> passedAt = new ArrayList<>();

        @Override
        protected Next step() {
            if (timeout.hasPassed()) {
                passedAt.add(now);
            }
            return PAUSE;
        }
    }

    @BeforeEach
    void start() {
        scheduler.activate(wheel);
        scheduler.run();
    }

    private Sleeper sleeper() {
        Sleeper sleeper = new Sleeper();
        scheduler.activate(sleeper);
        scheduler.run();
        return sleeper;
    }

    private Sleeper sleeper(Duration in) {
        Sleeper sleeper = sleeper();
        wheel.set(sleeper.timeout, now + in.toNanos());
        return sleeper;
    }

    /** To the wheel's own deadlines, one after the other, as far as a moment. */
    private void runUntil(long end) {
        while (scheduler.nextDeadline() != Long.MAX_VALUE && scheduler.nextDeadline() - end <= 0) {
            now = scheduler.nextDeadline();
            scheduler.run();
        }
        now = end;
        scheduler.run();
    }

    private void runFor(Duration time) {
        runUntil(now + time.toNanos());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10, 16, 17, 100, 999, 1_100, 30_000, 60_000, 3_600_000, 86_400_000, 31_536_000_000L})
    void aTimeoutPassesOnceNeverEarlyAndLittleLate(long millis) {
        Duration in = Duration.ofMillis(millis);
        long due = now + in.toNanos();
        Sleeper sleeper = sleeper(in);

        runFor(in.multipliedBy(3).plusSeconds(1));

        assertThat(sleeper.passedAt).hasSize(1);
        assertThat(sleeper.passedAt.get(0)).isBetween(due, due + Math.max(TICK, in.toNanos() / 15));
    }

    @Test
    void oneSetAgainPassesAtTheLaterMomentOnly() {
        Sleeper sleeper = sleeper(Duration.ofSeconds(1));
        runFor(Duration.ofMillis(900));
        long due = now + Duration.ofSeconds(5).toNanos();
        wheel.set(sleeper.timeout, due);

        runFor(Duration.ofSeconds(20));

        assertThat(sleeper.passedAt).hasSize(1);
        assertThat(sleeper.passedAt.get(0))
                .isBetween(due, due + Duration.ofMillis(340).toNanos());
    }

    @Test
    void oneSetSoonerPassesSooner() {
        Sleeper sleeper = sleeper(Duration.ofHours(1));
        runFor(Duration.ofMinutes(30));
        long due = now + Duration.ofMillis(50).toNanos();
        wheel.set(sleeper.timeout, due);

        runFor(Duration.ofHours(3));

        assertThat(sleeper.passedAt).hasSize(1);
        assertThat(sleeper.passedAt.get(0)).isBetween(due, due + TICK);
    }

    @Test
    void oneThatIsClearedDoesNotPassAlsoWhenItWasDue() {
        Sleeper sleeper = sleeper(Duration.ofSeconds(1));
        now += Duration.ofSeconds(5).toNanos();
        wheel.clear(sleeper.timeout);

        runFor(Duration.ofSeconds(5));

        assertThat(sleeper.passedAt).isEmpty();
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void anEmptyWheelSleepsAndAFullOneWakesForWhatIsDue() {
        assertThat(scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        long due = now + Duration.ofHours(1).toNanos();
        List<Sleeper> sleepers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sleepers.add(sleeper());
            wheel.set(sleepers.get(i).timeout, due);
        }
        long cycles = scheduler.counters().cycles();

        assertThat(scheduler.nextDeadline()).isGreaterThanOrEqualTo(due);
        runFor(Duration.ofHours(2));

        assertThat(sleepers).allMatch(each -> each.passedAt.size() == 1);
        assertThat(scheduler.counters().cycles() - cycles).isLessThan(5);
        assertThat(scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void manyThatAreDueTogetherDoNotKeepOthersFromTheirTurn() {
        List<Sleeper> sleepers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sleepers.add(sleeper(Duration.ofMillis(10)));
        }
        long steps = scheduler.counters().steps();
        now += Duration.ofSeconds(1).toNanos();
        scheduler.run();

        assertThat(sleepers).allMatch(each -> each.passedAt.size() == 1);
        // The wheel came more than once: it gave way in between.
        assertThat(scheduler.counters().steps() - steps).isGreaterThan(1_002);
    }

    @Test
    void anyMixtureKeepsItsTimesWhateverIsSetAndClearedMeanwhile() {
        Random random = new Random(7);
        List<Sleeper> sleepers = new ArrayList<>();
        long[] due = new long[200];
        long[] length = new long[200];
        for (int i = 0; i < due.length; i++) {
            sleepers.add(sleeper());
            due[i] = Long.MAX_VALUE;
        }
        for (int round = 0; round < 5_000; round++) {
            int i = random.nextInt(due.length);
            Sleeper sleeper = sleepers.get(i);
            if (random.nextInt(4) == 0) {
                wheel.clear(sleeper.timeout);
                due[i] = Long.MAX_VALUE;
            } else {
                length[i] = (long) Math.exp(random.nextDouble() * Math.log(1e14));
                due[i] = now + length[i];
                wheel.set(sleeper.timeout, due[i]);
            }
            runFor(Duration.ofNanos((long) Math.exp(random.nextDouble() * Math.log(1e11))));
            for (int j = 0; j < due.length; j++) {
                List<Long> passed = sleepers.get(j).passedAt;
                boolean must = due[j] != Long.MAX_VALUE && now > due[j] + Math.max(TICK, length[j] / 15);
                if (must || !passed.isEmpty()) {
                    assertThat(passed).hasSize(1);
                    assertThat(passed.get(0)).isBetween(due[j], due[j] + Math.max(TICK, length[j] / 15));
                    passed.clear();
                    due[j] = Long.MAX_VALUE;
                }
            }
        }
    }
}
