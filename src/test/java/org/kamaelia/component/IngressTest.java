package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The door for other threads. */
@Timeout(60)
class IngressTest {
    private final HandDriven hand = new HandDriven();
    private final Ingress ingress = hand.scheduler.ingress();
    private final Probe component = new Probe();

    IngressTest() {
        hand.scheduler.confineToCurrentThread();
    }

    @Test
    void aMessageFromAnotherThreadIsDeliveredAndWakesItsReceiver() {
        hand.start(component);

        CompletableFuture<Outcome> outcome = elsewhere(() -> ingress.deliver(component.in, "hello"));
        assertThat(outcome).isNotDone();
        hand.run();

        assertThat(outcome).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(component.takeAll()).containsExactly("hello");
        assertThat(component.turns).isEqualTo(2);
    }

    @Test
    void aMessageGoesWhereItsInboxLeads() {
        Probe child = new Probe();
        component.link(component.in, child.in);
        hand.start(component, child);

        ingress.deliver(component.in, "hello");
        hand.run();

        assertThat(child.takeAll()).containsExactly("hello");
    }

    @Test
    void aFullBoxAnswersFullAndQueuesNothing() {
        component.in.bound(1);
        hand.start(component);

        CompletionStage<Outcome> first = ingress.deliver(component.in, "1");
        CompletionStage<Outcome> second = ingress.deliver(component.in, "2");
        hand.run();

        assertThat(first).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(second).isCompletedWithValue(Outcome.FULL);
        assertThat(component.takeAll()).containsExactly("1");
    }

    @Test
    void anEndedReceiverAnswersGone() {
        hand.start(component);
        hand.scheduler.end(component);

        CompletionStage<Outcome> message = ingress.deliver(component.in, "late");
        CompletionStage<Outcome> activation = ingress.activate(component);
        hand.run();

        assertThat(message).isCompletedWithValue(Outcome.GONE);
        assertThat(activation).isCompletedWithValue(Outcome.GONE);
        assertThat(hand.scheduler.counters().toNowhere()).isZero();
    }

    @Test
    void aStoppedSchedulerAnswersStoppedBeforeAndAfter() {
        hand.start(component);
        CompletionStage<Outcome> waiting = ingress.deliver(component.in, "waiting");
        CompletionStage<String> call = ingress.call(() -> "never");

        hand.scheduler.stop();

        assertThat(waiting).isCompletedWithValue(Outcome.STOPPED);
        assertThat(ingress.deliver(component.in, "late")).isCompletedWithValue(Outcome.STOPPED);
        assertThat(ingress.activate(new Probe())).isCompletedWithValue(Outcome.STOPPED);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> call.toCompletableFuture().join())
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void whatComesAfterAStopInTheSameBatchIsRefusedLikeAllLaterOnes() {
        List<String> done = new ArrayList<>();
        hand.start(component);
        CompletionStage<Outcome> before = ingress.deliver(component.in, "before");
        ingress.call(() -> {
            hand.scheduler.stop();
            return null;
        });
        List<CompletionStage<Outcome>> after =
                List.of(ingress.deliver(component.in, "after"), ingress.activate(new Probe()));
        CompletionStage<Boolean> call = ingress.call(() -> done.add("call"));

        hand.run();

        assertThat(before).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(after).allSatisfy(each -> assertThat(each).isCompletedWithValue(Outcome.STOPPED));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> call.toCompletableFuture().join())
                .withCauseInstanceOf(RejectedExecutionException.class);
        assertThat(done).isEmpty();
    }

    @Test
    void aComponentOfAnotherSchedulerIsNotActivated() {
        new HandDriven().start(component);

        CompletionStage<Outcome> activation = ingress.activate(component);
        hand.run();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> activation.toCompletableFuture().join())
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aComponentCanBeActivatedAndWokenFromAnotherThread() {
        CompletableFuture<Outcome> activated = elsewhere(() -> ingress.activate(component));
        hand.run();
        assertThat(activated).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(component.turns).isEqualTo(1);

        CompletableFuture.runAsync(component::wake).join();
        hand.run();
        assertThat(component.turns).isEqualTo(2);
    }

    @Test
    void aCallRunsOnTheSchedulersThreadAndItsResultComesBack() {
        CompletableFuture<Thread> thread = elsewhere(() -> ingress.call(Thread::currentThread));

        hand.run();

        assertThat(thread).isCompletedWithValue(Thread.currentThread());
    }

    @Test
    void aCallThatThrowsFailsItsCallerAndNobodyElse() {
        hand.start(component);
        RuntimeException broken = new RuntimeException("broken");
        CompletionStage<String> failing = ingress.call(() -> {
            throw broken;
        });
        CompletionStage<Outcome> after = ingress.deliver(component.in, "after");

        hand.run();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> failing.toCompletableFuture().join())
                .withCause(broken);
        assertThat(after).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(component.takeAll()).containsExactly("after");
    }

    @Test
    void whatWaitsForAnAnswerCannotBreakTheRun() {
        hand.start(component);
        ingress.deliver(component.in, "one").thenAccept(outcome -> {
            throw new IllegalStateException("a careless caller");
        });
        ingress.deliver(component.in, "two");

        hand.run();

        assertThat(component.takeAll()).containsExactly("one", "two");
    }

    @Test
    void whatComesInDuringACycleIsForTheNextOne() {
        component.does(() -> {
            if (component.turns == 1) {
                ingress.deliver(component.in, "next time");
            }
            return Next.PAUSE;
        });

        hand.start(component);
        assertThat(component.in.dataReady()).isFalse();
        assertThat(hand.wakeUps).isEqualTo(1);

        hand.run();
        assertThat(component.takeAll()).containsExactly("next time");
    }

    @Test
    void theHostIsAskedOnceForManyArrivals() {
        hand.start(component);

        IntStream.range(0, 100).forEach(i -> ingress.deliver(component.in, "m" + i));

        assertThat(hand.wakeUps).isEqualTo(1);
        hand.run();
        ingress.deliver(component.in, "again");
        assertThat(hand.wakeUps).isEqualTo(2);
    }

    @Test
    void everyThreadsMessagesKeepTheirOrderAndNoneIsLost() {
        int threads = 4;
        int each = Ingress.BOUND / threads;
        component.in.bound(threads * each);
        hand.start(component);
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int sender = t;
            senders.add(CompletableFuture.runAsync(
                    () -> IntStream.range(0, each).forEach(i -> ingress.deliver(component.in, sender + ":" + i))));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(senders.toArray(new CompletableFuture<?>[0]));
        while (!all.isDone()) {
            hand.run();
        }
        hand.run();

        int[] next = new int[threads];
        for (String message : component.takeAll()) {
            int sender = message.charAt(0) - '0';
            assertThat(Integer.parseInt(message.substring(2))).isEqualTo(next[sender]++);
        }
        assertThat(next).containsOnly(each);
    }

    @Test
    void wakesFromOtherThreadsMergeUntilOneIsLetIn() {
        hand.start(component);

        CompletableFuture.runAsync(() -> IntStream.range(0, 3).forEach(i -> component.wake()))
                .join();
        assertThat(ingress.waiting()).isEqualTo(1);
        hand.run();
        assertThat(component.turns).isEqualTo(2);

        CompletableFuture.runAsync(component::wake).join();
        hand.run();
        assertThat(component.turns).isEqualTo(3);
    }

    @Test
    void noMoreWaitThanTheBoundAndTheRestIsToldSo() {
        component.in.bound(2 * Ingress.BOUND);
        hand.start(component);
        List<CompletionStage<Outcome>> fits = IntStream.range(0, Ingress.BOUND)
                .mapToObj(i -> ingress.deliver(component.in, "fits"))
                .toList();
        Probe another = new Probe();

        assertThat(ingress.deliver(component.in, "too much")).isCompletedWithValue(Outcome.FULL);
        assertThat(ingress.activate(another)).isCompletedWithValue(Outcome.FULL);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> ingress.call(() -> true).toCompletableFuture().join())
                .withCauseInstanceOf(RejectedExecutionException.class)
                .withMessageContaining("not keeping up");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(
                        () -> hand.scheduler.snapshot().toCompletableFuture().join())
                .withCauseInstanceOf(RejectedExecutionException.class)
                .withMessageContaining("not keeping up");

        hand.run();
        assertThat(fits).allSatisfy(each -> assertThat(each).isCompletedWithValue(Outcome.DELIVERED));
        assertThat(component.takeAll()).hasSize(Ingress.BOUND).doesNotContain("too much");
        assertThat(another.isActive()).isFalse();
        CompletionStage<Outcome> later = ingress.deliver(component.in, "later");
        hand.run();
        assertThat(later).isCompletedWithValue(Outcome.DELIVERED);
    }

    @Test
    void aFloodOfMessagesKeepsNeitherSignalsNorWakesOut() {
        Probe sleeper = new Probe();
        hand.start(component, sleeper);
        IntStream.range(0, Ingress.BOUND).forEach(i -> ingress.deliver(component.in, "flood"));
        component.does(() -> component.control().dataReady() ? Next.DONE : Next.PAUSE);

        CompletionStage<Outcome> signal = ingress.deliver(component.control(), new ShutdownMicroprocess());
        CompletableFuture.runAsync(sleeper::wake).join();
        IntStream.range(1, Ingress.BOUND)
                .forEach(i -> ingress.deliver(component.control(), new ShutdownMicroprocess()));
        CompletionStage<Outcome> signalTooMany = ingress.deliver(component.control(), new ShutdownMicroprocess());
        hand.run();

        assertThat(signal).isCompletedWithValue(Outcome.DELIVERED);
        assertThat(signalTooMany).isCompletedWithValue(Outcome.FULL);
        assertThat(component.hasEnded()).isTrue();
        assertThat(sleeper.turns).isEqualTo(2);
    }

    @Test
    void whatIsOnAnotherSchedulerIsNotTouched() {
        new HandDriven().start(component);

        CompletionStage<Outcome> delivery = ingress.deliver(component.in, "astray");
        hand.run();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> delivery.toCompletableFuture().join())
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("another scheduler");
        assertThat(component.in.dataReady()).isFalse();
    }

    private static <T> CompletableFuture<T> elsewhere(java.util.function.Supplier<CompletionStage<T>> entering) {
        return CompletableFuture.supplyAsync(entering).join().toCompletableFuture();
    }
}
