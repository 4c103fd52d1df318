package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Turns: who gets them, in which order, for how long, and on which thread. */
class SchedulerTest {
    private final HandDriven hand = new HandDriven();
    private final List<String> log = new ArrayList<>();

    @Test
    void awakeComponentsTakeTurns() {
        Probe a = counting("a", 3);
        Probe b = counting("b", 3);

        hand.start(a, b);

        assertThat(log).containsExactly("a1", "b1", "a2", "b2", "a3", "b3");
    }

    @Test
    void aSchedulerWithNothingAwakeEndsItsRun() {
        assertThat(hand.scheduler.run(Long.MAX_VALUE)).isFalse();
        assertThat(hand.scheduler.counters().steps()).isZero();
    }

    @Test
    void manyMoreComponentsThanTheQueueBeganWithKeepTheirOrder() {
        List<String> expected = new ArrayList<>();
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            probes.add(counting(i + "/", 2));
        }
        for (int turn = 1; turn <= 2; turn++) {
            for (int i = 0; i < 1_000; i++) {
                expected.add(i + "/" + turn);
            }
        }

        hand.start(probes.toArray(new Probe[0]));

        assertThat(log).isEqualTo(expected);
    }

    @Test
    void aDetourRunsInTheComponentsPlaceUntilItIsDone() {
        Probe probe = new Probe();
        int[] detours = {0};
        Step detour = () -> {
            log.add("detour");
            return ++detours[0] == 3 ? Next.DONE : Next.AGAIN;
        };
        probe.does(() -> {
            log.add("main");
            return probe.turns == 1 ? Component.detour(detour) : Next.PAUSE;
        });

        hand.start(probe);

        assertThat(log).containsExactly("main", "detour", "detour", "detour", "main");
    }

    @Test
    void aDetourHasTheComponentsBoxesAndWakes() {
        Probe probe = new Probe();
        probe.does(() -> {
            log.add("main");
            return probe.turns > 1
                    ? Next.PAUSE
                    : Component.detour(() -> {
                        String next = probe.in.poll();
                        log.add("detour got " + next);
                        return next == null ? Next.PAUSE : Next.DONE;
                    });
        });
        hand.start(probe);
        assertThat(hand.scheduler.counters().awake()).isZero();

        probe.tell(probe.in, "word");
        hand.run();

        assertThat(log).containsExactly("main", "detour got null", "detour got word", "main");
    }

    @Test
    void aDetourMayTakeADetour() {
        Probe probe = new Probe();
        int[] turns = {0};
        Step inner = () -> {
            log.add("inner");
            return Next.DONE;
        };
        Step outer = () -> {
            log.add("outer");
            return ++turns[0] == 1 ? Component.detour(inner) : Next.DONE;
        };
        probe.does(() -> {
            log.add("main");
            return probe.turns == 1 ? Component.detour(outer) : Next.DONE;
        });

        hand.start(probe);

        assertThat(log).containsExactly("main", "outer", "inner", "outer", "main");
        assertThat(probe.hasEnded()).isTrue();
    }

    @Test
    void aDetourIsNotMadeWithoutAStep() {
        Probe probe = new Probe();
        probe.does(() -> Component.detour(null));

        hand.start(probe);

        assertThat(hand.failures())
                .singleElement()
                .hasToString("java.lang.NullPointerException: a detour needs a step");
    }

    @Test
    void nothingIsActivatedAfterTheStop() {
        Probe probe = new Probe();
        hand.scheduler.stop();

        assertThatIllegalStateException()
                .isThrownBy(() -> hand.scheduler.activate(probe))
                .withMessage("the scheduler has stopped; it cannot activate Probe (not active)");
        assertThat(probe.isActive()).isFalse();
    }

    @Test
    void aDetourThatThrowsEndsItsComponent() {
        Probe probe = new Probe();
        RuntimeException failure = new RuntimeException("lost the way");
        probe.does(() -> Component.detour(() -> {
            throw failure;
        }));

        hand.start(probe);

        assertThat(probe.ends).containsExactly(failure);
    }

    @Test
    void aSpentBudgetEndsTheRunAndTheNextGoesOnWhereItStopped() {
        Probe a = counting("a", 1_000);
        Probe b = counting("b", 1_000);
        hand.scheduler.activate(a);
        hand.scheduler.activate(b);
        Step slow = a.does;
        a.does(() -> {
            hand.now += 1_000_000;
            return slow.step();
        });

        assertThat(hand.scheduler.run(10_000_000)).as("still awake").isTrue();
        int taken = log.size();
        assertThat(taken).isBetween(10, 60);

        hand.scheduler.run(10_000_000);
        assertThat(log.get(taken)).isEqualTo((taken % 2 == 0 ? "a" : "b") + (taken / 2 + 1));
        hand.run();
        assertThat(log).hasSize(2_000);
    }

    @Test
    void slowStepsAreNoticedSoon() {
        Probe slow = new Probe();
        slow.does(() -> {
            hand.now += 5_000_000;
            return Next.AGAIN;
        });
        hand.scheduler.activate(slow);

        hand.scheduler.run(200_000);

        assertThat(slow.turns).isLessThanOrEqualTo(4);
    }

    @Test
    void onceStepsAreKnownToBeLongACycleOverrunsItsBudgetByOneOfThem() {
        List<Probe> slow = List.of(new Probe(), new Probe());
        slow.forEach(each -> each.does(() -> {
            hand.now += 1_000_000;
            return Next.AGAIN;
        }));
        slow.forEach(hand.scheduler::activate);
        hand.scheduler.run(200_000);

        for (int cycle = 1; cycle <= 10; cycle++) {
            long start = hand.now;
            hand.scheduler.run(200_000);
            assertThat(hand.now - start).isEqualTo(1_000_000);
        }
        assertThat(slow.get(0).turns).isEqualTo(slow.get(1).turns);
    }

    @Test
    void aCycleOfShortStepsReadsTheClockSeldom() {
        int[] readings = {0};
        Scheduler scheduler = new Scheduler(() -> readings[0]++ * 100L, Scheduler.Host.NONE, event -> {});
        Probe busy = new Probe().does(() -> Next.AGAIN);
        scheduler.activate(busy);
        readings[0] = 0;

        scheduler.run(200_000);

        assertThat(busy.turns).isGreaterThan(20 * readings[0]);
    }

    @Test
    void whatIsKeptForTheCyclesEndRunsOnceAfterTheSteps() {
        Probe a = counting("a", 2);
        Step counting = a.does;
        a.does(() -> {
            if (a.turns == 1) {
                hand.scheduler.atCycleEnd(() -> log.add("end"));
            }
            return counting.step();
        });

        hand.start(a);
        hand.run();

        assertThat(log).containsExactly("a1", "a2", "end");
    }

    @Test
    void theHostIsAskedForARunOnceAndNotDuringOne() {
        Probe a = new Probe();
        Probe b = new Probe();
        a.link(a.out, b.in);
        a.does(() -> {
            a.out.send("x");
            return Next.PAUSE;
        });
        hand.start(a, b);
        int asked = hand.runsAskedFor;

        a.wake();
        b.wake();
        assertThat(hand.runsAskedFor).isEqualTo(asked + 1);

        hand.run();
        assertThat(hand.runsAskedFor).isEqualTo(asked + 1);
    }

    @Test
    void theHostIsNotAskedAgainWhileItKnowsThatComponentsAreAwake() {
        Probe busy = new Probe().does(() -> Next.AGAIN);
        Probe other = new Probe();
        hand.scheduler.activate(busy);
        hand.scheduler.activate(other);
        assertThat(hand.scheduler.run(0)).isTrue();
        int asked = hand.runsAskedFor;

        other.wake();

        assertThat(hand.runsAskedFor).isEqualTo(asked);
    }

    @Test
    void aStepMayNotRunItsOwnScheduler() {
        Probe probe = new Probe();
        probe.does(() -> {
            hand.scheduler.run();
            return Next.PAUSE;
        });

        hand.start(probe);

        assertThat(hand.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("may not run its own scheduler"));
        assertThat(hand.scheduler.run(0)).as("and it runs on").isFalse();
    }

    @Test
    void anotherThreadIsToldToUseTheIngress() {
        Probe probe = new Probe();
        hand.start(probe);

        CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> hand.scheduler.activate(new Probe()))
                    .withMessageContaining("use its ingress");
            assertThatIllegalStateException().isThrownBy(hand.scheduler::run);
            assertThatIllegalStateException().isThrownBy(() -> hand.scheduler.end(probe));
            assertThatIllegalStateException().isThrownBy(hand.scheduler::stop);
            assertThatIllegalStateException().isThrownBy(() -> probe.tell(probe.in, "from elsewhere"));
            assertThat(hand.scheduler.inThread()).isFalse();
        });

        assertThat(elsewhere).succeedsWithin(java.time.Duration.ofSeconds(10));
        assertThat(hand.scheduler.inThread()).isTrue();
    }

    @Test
    void aComponentThatIsNotActiveHasNoScheduler() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Probe().scheduler())
                .withMessageContaining("activate it first");
    }

    @Test
    void stoppingEndsEveryComponentYoungestFirst() {
        Probe a = new Probe();
        Probe b = new Probe();
        Probe c = new Probe();
        a.whenEnded = failure -> log.add("a");
        b.whenEnded = failure -> log.add("b");
        c.whenEnded = failure -> log.add("c");
        hand.start(a, b, c);

        hand.scheduler.stop();

        assertThat(log).containsExactly("c", "b", "a");
        assertThat(hand.scheduler.counters().active()).isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> hand.scheduler.activate(new Probe()))
                .withMessageContaining("stopped");
    }

    @Test
    void stoppingFromWithinAStepEndsThatComponentToo() {
        Probe a = new Probe();
        Probe b = new Probe();
        a.does(() -> {
            hand.scheduler.stop();
            return Next.AGAIN;
        });

        hand.start(a, b);

        assertThat(a.ends).hasSize(1);
        assertThat(b.ends).hasSize(1);
        assertThat(b.turns).isZero();
    }

    @Test
    void stoppingFromWithinAnEndComesToAnEnd() {
        Probe a = new Probe();
        Probe b = new Probe();
        a.whenEnded = failure -> hand.scheduler.stop();
        hand.start(a, b);

        hand.scheduler.end(a);

        assertThat(a.ends).hasSize(1);
        assertThat(b.ends).hasSize(1);
    }

    @Test
    void countersTellWhatHasHappened() {
        Probe a = counting("a", 3);
        Probe sleeper = new Probe();

        hand.start(a, sleeper);

        Scheduler.Counters counters = hand.scheduler.counters();
        assertThat(counters.active()).isEqualTo(2);
        assertThat(counters.awake()).isZero();
        assertThat(counters.cycles()).isEqualTo(1);
        assertThat(counters.steps()).isEqualTo(4);
        assertThat(counters.failures()).isZero();
    }

    @Test
    void componentsAreNumberedSoThatEventsCanTellThemApart() {
        Probe a = new Probe();
        Probe b = new Probe();

        hand.start(a, b);

        assertThat(a).hasToString("Probe#1");
        assertThat(b).hasToString("Probe#2");
        assertThat(b.in).hasToString("Probe#2.inbox");
    }

    /** Logs its name and turn, and sleeps after so many turns. */
    private Probe counting(String name, int turns) {
        Probe probe = new Probe();
        return probe.does(() -> {
            log.add(name + probe.turns);
            return probe.turns == turns ? Next.PAUSE : Next.AGAIN;
        });
    }

    @Test
    void anIdleSchedulerKeepsNothingThatHasEnded() {
        HandDriven hand = new HandDriven();
        WeakReference<Component> ended = activated(hand, () -> Next.DONE);

        hand.run();

        assertThat(hand.scheduler.counters().active()).isZero();
        assertCollected(ended);
    }

    @Test
    void aStoppedSchedulerKeepsNothingThatWasAwake() {
        HandDriven hand = new HandDriven();
        WeakReference<Component> awake = activated(hand, () -> Next.PAUSE);

        hand.scheduler.stop();

        assertCollected(awake);
    }

    /** In a method of its own, so that nobody else holds it. */
    private static WeakReference<Component> activated(HandDriven hand, Step does) {
        Probe probe = new Probe().does(does);
        hand.scheduler.activate(probe);
        return new WeakReference<>(probe);
    }

    private static void assertCollected(WeakReference<Component> reference) {
        for (int tries = 0; reference.get() != null && tries < 50; tries++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
    }

    @Test
    void workInDifferentCyclesIsNotTakenForOneLongStep() {
        HandDriven hand = new HandDriven();
        CompletionStage<Long> first = hand.scheduler.ingress().call(hand.scheduler::stepUnderWay);
        hand.run();
        CompletionStage<Long> second = hand.scheduler.ingress().call(hand.scheduler::stepUnderWay);
        hand.run();

        assertThat(second.toCompletableFuture().join())
                .isNotEqualTo(first.toCompletableFuture().join());
    }

    @Test
    void oneThatCannotSayItsNameIsNamedByItsClass() {
        HandDriven hand = new HandDriven();
        RuntimeException broken = new RuntimeException("broken");
        Component nameless = new Component() {
            @Override
            protected Next step() {
                assertThat(scheduler().reportOverdue(scheduler().stepUnderWay(), Duration.ZERO))
                        .isTrue();
                throw broken;
            }

            @Override
            public String toString() {
                throw new IllegalStateException("no name");
            }
        };

        hand.start(nameless);

        assertThat(hand.failures()).containsExactly(broken);
        assertThat(hand.events)
                .first()
                .isInstanceOfSatisfying(
                        StepOverdue.class,
                        overdue -> assertThat(overdue.component()).endsWith("#1"));
    }

    @Test
    void aWalkIsToldOfEachThatEndsBeforeItIsMet() {
        HandDriven hand = new HandDriven();
        Probe older = new Probe();
        Probe younger = new Probe();
        hand.start(older, younger);
        List<Component> left = new ArrayList<>();
        Walk walk = hand.scheduler.walk(left::add);
        hand.start(new Probe());

        hand.scheduler.end(older);

        assertThat(left).containsExactly(older);
        hand.scheduler.endWalk(walk);
    }
}
