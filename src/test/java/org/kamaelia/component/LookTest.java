package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Looks at some of a scheduler's components, a page at a time, and at one. */
class LookTest {
    private static final long ALL = Long.MAX_VALUE;

    private final HandDriven hand = new HandDriven();

    private Probe[] start(int count) {
        Probe[] many = new Probe[count];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Probe();
        }
        hand.start(many);
        return many;
    }

    private List<Long> numbers(long below, int limit) {
        CompletionStage<List<Long>> looked = hand.scheduler.look(below, limit, Component::number);
        hand.run();
        return looked.toCompletableFuture().join();
    }

    @Test
    void pagesFollowEachOtherFromTheYoungestToTheOldest() {
        start(5);

        assertThat(numbers(ALL, 2)).containsExactly(5L, 4L);
        assertThat(numbers(4, 2)).containsExactly(3L, 2L);
        assertThat(numbers(2, 2)).containsExactly(1L);
        assertThat(numbers(1, 2)).isEmpty();
    }

    @Test
    void aPageIsWhatItWouldHaveBeenThoughOthersComeAndGo() {
        Probe[] probes = start(6);
        assertThat(numbers(ALL, 2)).containsExactly(6L, 5L);

        start(3);
        hand.scheduler.end(probes[4]);
        hand.scheduler.end(probes[3]);

        assertThat(numbers(5, 2)).containsExactly(3L, 2L);
    }

    @Test
    void thoseThatAreNotWantedTakeNoPlace() {
        start(6);

        CompletionStage<List<Long>> even =
                hand.scheduler.look(ALL, 2, each -> each.number() % 2 == 0 ? each.number() : null);
        hand.run();

        assertThat(even.toCompletableFuture().join()).containsExactly(6L, 4L);
    }

    @Test
    void oneIsFoundByItsNumberWhileItIsActive() {
        Probe[] probes = start(3);
        assertThat(find(2)).containsSame(probes[1]);

        hand.scheduler.end(probes[1]);

        assertThat(find(2)).isEmpty();
        assertThat(find(0)).isEmpty();
        assertThat(find(99)).isEmpty();
    }

    private Optional<Component> find(long number) {
        CompletionStage<Optional<Component>> found = hand.scheduler.find(number, Function.identity());
        hand.run();
        return found.toCompletableFuture().join();
    }

    @Test
    void numbersGoOnBeyondWhatAnIntHolds() throws ReflectiveOperationException {
        var last = Scheduler.class.getDeclaredField("lastId");
        last.setAccessible(true);
        last.setLong(hand.scheduler, Integer.MAX_VALUE - 1L);

        start(2);

        assertThat(numbers(ALL, 9)).containsExactly(Integer.MAX_VALUE + 1L, (long) Integer.MAX_VALUE);
    }

    @Test
    void nothingThatALookDoesAtOnceGrowsWithTheComponents() {
        start(100_000);
        List<Long> looks = new ArrayList<>();
        CompletableFuture<List<Long>> page = hand.scheduler
                .look(50_000, 1_000, each -> {
                    looks.add(hand.scheduler.counters().steps());
                    return each.number();
                })
                .toCompletableFuture();
        long before = hand.scheduler.counters().steps();

        int inLargestStep = 0;
        while (!page.isDone()) {
            looks.clear();
            hand.scheduler.run(0);
            inLargestStep = Math.max(inLargestStep, mostAtOneStep(looks));
        }

        assertThat(page.join()).hasSize(1_000).startsWith(49_999L).endsWith(49_000L);
        assertThat(inLargestStep).isEqualTo(Walk.PIECE / Walk.LOOKED);
        assertThat(hand.scheduler.counters().steps() - before)
                .as("steps: those passed over, then those looked at")
                .isBetween(50_000L / Walk.PIECE, 50_000L / Walk.PIECE + 1_000 / 64 + 3);
    }

    private static int mostAtOneStep(List<Long> looks) {
        return looks.stream()
                .mapToInt(step -> (int) looks.stream().filter(step::equals).count())
                .max()
                .orElse(0);
    }

    @Test
    void aPageThatIsFullIsLookedAtNoFurther() {
        start(1_000);
        List<Component> seen = new ArrayList<>();
        CompletionStage<List<Long>> page = hand.scheduler.look(ALL, 10, each -> {
            seen.add(each);
            return each.number();
        });
        hand.run();

        assertThat(page.toCompletableFuture().join()).hasSize(10);
        assertThat(seen).hasSize(10);
    }

    @Test
    void manyChildrenAndLinkagesOfOneComponentAreLookedAtUpToABound() {
        Probe hub = new Probe();
        Probe[] many = new Probe[2_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Probe();
            hub.addChild(many[i]);
            many[i].link(many[i].out, hub.in);
        }
        hand.start(hub);
        hand.start(many);

        CompletionStage<Optional<List<LinkageSnapshot>>> linkages =
                hand.scheduler.find(1, each -> LinkageSnapshot.of(each, 50));
        CompletionStage<Optional<ComponentSnapshot>> seen = hand.scheduler.find(1, ComponentSnapshot::of);
        hand.run();

        assertThat(linkages.toCompletableFuture().join().orElseThrow())
                .hasSize(50)
                .allSatisfy(each -> assertThat(each.sink()).hasToString("Probe#1.inbox"));
        assertThat(seen.toCompletableFuture().join().orElseThrow().waits())
                .contains(new ComponentSnapshot.ForChild(ComponentSnapshot.MOST));
    }

    @Test
    void whatALookThrowsIsItsAnswer() {
        start(1);
        RuntimeException thrown = new IllegalStateException("cannot look");
        CompletionStage<List<Long>> looked = hand.scheduler.look(ALL, 1, each -> {
            throw thrown;
        });
        hand.run();
        hand.scheduler.stop();
        CompletionStage<List<Long>> late = hand.scheduler.look(ALL, 1, Component::number);

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(looked.toCompletableFuture()::join)
                .withCause(thrown);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(late.toCompletableFuture()::join)
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aLookEndsOnceNobodyWaitsForIt() {
        Probe[] many = new Probe[10_000];
        Arrays.setAll(many, i -> new Probe());
        hand.start(many);
        AtomicBoolean awaited = new AtomicBoolean(true);
        List<CompletableFuture<?>> looks = List.of(
                hand.scheduler.look(ALL, 10, awaited::get, each -> null).toCompletableFuture(),
                hand.scheduler.kinds(awaited::get).toCompletableFuture());
        hand.scheduler.run(0);
        long before = hand.scheduler.counters().steps();

        awaited.set(false);
        hand.run();

        assertThat(hand.scheduler.counters().steps() - before).isLessThanOrEqualTo(2);
        assertThat(looks)
                .allSatisfy(each -> assertThat(each)
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .isInstanceOf(CancellationException.class));
        assertThat(hand.scheduler.counters().active()).isEqualTo(many.length);
    }
}
