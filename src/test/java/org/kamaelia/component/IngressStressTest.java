package org.kamaelia.component;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads at the door at once, while one runs the scheduler only when it is asked to: a wake-up
 * that got lost leaves somebody without an answer.
 */
@Timeout(60)
class IngressStressTest {
    private static final int THREADS = 4;
    private static final long BUDGET_NANOS = 20_000;
    private static final long LONGEST_WAIT_SECONDS = 30;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(LONGEST_WAIT_SECONDS, SECONDS)).isTrue();
    }

    /** A thread that runs its scheduler as an event loop does. */
    private static final class Loop implements Scheduler.Host, Runnable {
        private final Semaphore turns = new Semaphore(0);
        private volatile boolean over;
        final Scheduler scheduler = new Scheduler(Clock.SYSTEM, this, event -> {});
        final Ingress ingress = scheduler.ingress();

        @Override
        public void runSoon() {
            turns.release();
        }

        @Override
        public void wakeUp() {
            turns.release();
        }

        @Override
        public void runAt(long nanoTime) {
            throw new AssertionError("nobody sets a deadline here");
        }

        @Override
        public void run() {
            scheduler.confineToCurrentThread();
            while (!over) {
                turns.acquireUninterruptibly();
                turns.drainPermits();
                if (scheduler.run(BUDGET_NANOS)) {
                    turns.release();
                }
            }
        }

        void leave() {
            over = true;
            turns.release();
        }
    }

    /** A message; what became of it is written on the scheduler's thread. */
    private static final class Note implements Undeliverable {
        final int sender;
        final int number;
        int received;
        int undelivered;

        Note(int sender, int number) {
            this.sender = sender;
            this.number = number;
        }

        @Override
        public void undelivered() {
            undelivered++;
        }
    }

    /** Takes notes, and ends after so many. */
    private static final class Receiver extends Component {
        final Inbox<Note> in;
        final int last;
        final List<Note> taken = new ArrayList<>();

        Receiver(int bound, int last) {
            this.in = addInbox("notes", Note.class, bound);
            this.last = last;
        }

        @Override
        protected Next step() {
            for (Note next = in.poll(); next != null; next = in.poll()) {
                next.received++;
                taken.add(next);
                if (taken.size() == last) {
                    return DONE;
                }
            }
            return PAUSE;
        }
    }

    /** What one thread asked, in its order, and how often it was answered. */
    private static final class Asked {
        final List<Note> notes = new ArrayList<>();
        final List<CompletableFuture<Outcome>> ofNotes = new ArrayList<>();
        final List<CompletableFuture<Outcome>> others = new ArrayList<>();
        final List<CompletableFuture<Integer>> calls = new ArrayList<>();
        final List<Probe> activated = new ArrayList<>();
        final AtomicInteger answers = new AtomicInteger();

        <T> CompletableFuture<T> track(CompletionStage<T> stage) {
            stage.whenComplete((result, failure) -> answers.incrementAndGet());
            return stage.toCompletableFuture();
        }

        int size() {
            return ofNotes.size() + others.size() + calls.size();
        }
    }

    private static Asked ask(Loop loop, List<Receiver> receivers, int sender, int times, AtomicInteger called) {
        Random random = new Random(sender);
        Asked asked = new Asked();
        for (int i = 0; i < times; i++) {
            Receiver receiver = receivers.get(random.nextInt(receivers.size()));
            switch (random.nextInt(8)) {
                case 0 -> receiver.wake();
                case 1 -> asked.calls.add(asked.track(loop.ingress.call(called::incrementAndGet)));
                case 2 -> {
                    Probe probe = new Probe();
                    asked.activated.add(probe);
                    asked.others.add(asked.track(loop.ingress.activate(probe)));
                }
                default -> {
                    Note note = new Note(sender, i);
                    asked.notes.add(note);
                    asked.ofNotes.add(asked.track(loop.ingress.deliver(receiver.in, note)));
                }
            }
        }
        return asked;
    }

    @Test
    void everyCallIsAnsweredOnceAndEveryAnswerIsTrue() throws Exception {
        Loop loop = new Loop();
        Future<?> running = threads.submit(loop);
        Receiver ended = new Receiver(1, -1);
        List<Receiver> receivers =
                List.of(new Receiver(1_000_000, -1), new Receiver(3, -1), new Receiver(1_000, 500), ended);
        receivers.forEach(loop.ingress::activate);
        CompletionStage<Boolean> end = loop.ingress.call(() -> {
            loop.scheduler.end(ended);
            return ended.hasEnded();
        });
        assertThat(end).succeedsWithin(LONGEST_WAIT_SECONDS, SECONDS).isEqualTo(true);
        AtomicInteger called = new AtomicInteger();
        List<Asked> all = askByAll(loop, receivers, Ingress.BOUND / THREADS, called);

        awaitAnswers(all);
        stop(loop);
        loop.leave();
        running.get(LONGEST_WAIT_SECONDS, SECONDS);

        checkAnswers(all, receivers);
        assertThat(outcomes(all)).doesNotContain(Outcome.STOPPED).contains(Outcome.GONE, Outcome.DELIVERED);
        int calls = all.stream().mapToInt(each -> each.calls.size()).sum();
        assertThat(called).hasValue(calls);
        assertThat(all)
                .flatMap(each -> each.activated)
                .as("activated, and so ended by the stop")
                .allMatch(probe -> probe.ends.size() == 1);
        assertThat(receivers.get(2).taken).hasSizeLessThanOrEqualTo(500);
        assertThat(ended.taken).isEmpty();
    }

    @Test
    void aStopAtAnyMomentLeavesNobodyWithoutAnAnswer() throws Exception {
        for (int round = 0; round < 200; round++) {
            Loop loop = new Loop();
            Future<?> running = threads.submit(loop);
            List<Receiver> receivers = List.of(new Receiver(1_000_000, -1), new Receiver(3, -1));
            receivers.forEach(loop.ingress::activate);
            AtomicInteger called = new AtomicInteger();
            int callsBeforeStop = round / 4;
            Future<Void> stopper = threads.submit(() -> {
                for (int i = 0; i < callsBeforeStop; i++) {
                    loop.ingress.call(() -> null).toCompletableFuture().get(LONGEST_WAIT_SECONDS, SECONDS);
                }
                stop(loop);
                return null;
            });
            List<Asked> all = askByAll(loop, receivers, 200, called);
            stopper.get(LONGEST_WAIT_SECONDS, SECONDS);

            awaitAnswers(all);
            loop.leave();
            running.get(LONGEST_WAIT_SECONDS, SECONDS);

            checkAnswers(all, receivers);
            all.forEach(IngressStressTest::checkThatAStopIsForGood);
            assertThat(loop.ingress.deliver(receivers.get(0).in, new Note(0, -1)))
                    .isCompletedWithValue(Outcome.STOPPED);
        }
    }

    @Test
    void noWakeIsLostThoughItsComponentGoesToSleepAtTheSameMoment() throws Exception {
        int each = 20_000;
        Loop loop = new Loop();
        Future<?> running = threads.submit(loop);
        AtomicInteger work = new AtomicInteger();
        CompletableFuture<Integer> sawAll = new CompletableFuture<>();
        Probe sleeper = new Probe();
        sleeper.does(() -> {
            if (work.get() == THREADS * each) {
                sawAll.complete(work.get());
            }
            return Next.PAUSE;
        });
        loop.ingress.activate(sleeper).toCompletableFuture().get(LONGEST_WAIT_SECONDS, SECONDS);

        for (int i = 0; i < THREADS; i++) {
            threads.execute(() -> {
                for (int wakes = 0; wakes < each; wakes++) {
                    work.incrementAndGet();
                    sleeper.wake();
                }
            });
        }

        assertThat(sawAll).succeedsWithin(LONGEST_WAIT_SECONDS, SECONDS);
        loop.leave();
        running.get(LONGEST_WAIT_SECONDS, SECONDS);
    }

    private static void stop(Loop loop) throws Exception {
        CompletionStage<String> stopped = loop.ingress.call(() -> {
            loop.scheduler.stop();
            return "stopped";
        });
        stopped.toCompletableFuture().get(LONGEST_WAIT_SECONDS, SECONDS);
    }

    private List<Asked> askByAll(Loop loop, List<Receiver> receivers, int times, AtomicInteger called)
            throws Exception {
        List<Callable<Asked>> askers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int sender = i;
            askers.add(() -> ask(loop, receivers, sender, times, called));
        }
        List<Asked> all = new ArrayList<>();
        for (Future<Asked> each : threads.invokeAll(askers, LONGEST_WAIT_SECONDS, SECONDS)) {
            all.add(each.get());
        }
        return all;
    }

    private static void awaitAnswers(List<Asked> all) throws Exception {
        CompletableFuture<?>[] answers = all.stream()
                .flatMap(each -> Stream.of(each.ofNotes, each.others, each.calls))
                .flatMap(List::stream)
                // A refused call is answered too.
                .map(answer -> answer.handle((result, failure) -> null))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(answers).get(LONGEST_WAIT_SECONDS, SECONDS);
    }

    private static List<Outcome> outcomes(List<Asked> all) {
        return all.stream()
                .flatMap(each -> Stream.of(each.ofNotes, each.others))
                .flatMap(List::stream)
                .map(CompletableFuture::join)
                .toList();
    }

    /** What is said to be delivered was received, or went nowhere with its receiver; nothing else was. */
    private static void checkAnswers(List<Asked> all, List<Receiver> receivers) {
        for (Asked asked : all) {
            assertThat(asked.answers).as("answers").hasValue(asked.size());
            for (int i = 0; i < asked.notes.size(); i++) {
                Note note = asked.notes.get(i);
                Outcome outcome = asked.ofNotes.get(i).join();
                assertThat(note.received + note.undelivered)
                        .as("note %d of sender %d, %s", note.number, note.sender, outcome)
                        .isEqualTo(outcome == Outcome.DELIVERED ? 1 : 0);
            }
        }
        for (Receiver each : receivers) {
            int[] last = new int[THREADS];
            Arrays.fill(last, -1);
            for (Note note : each.taken) {
                assertThat(note.number)
                        .as("in the order of sender %d", note.sender)
                        .isGreaterThan(last[note.sender]);
                last[note.sender] = note.number;
            }
        }
    }

    /** Once a thread was told of the stop it is told nothing else; a call fails then. */
    private static void checkThatAStopIsForGood(Asked asked) {
        for (List<CompletableFuture<Outcome>> answers : List.of(asked.ofNotes, asked.others)) {
            List<Outcome> outcomes =
                    answers.stream().map(CompletableFuture::join).toList();
            int first = outcomes.indexOf(Outcome.STOPPED);
            if (first >= 0) {
                assertThat(outcomes.subList(first, outcomes.size())).containsOnly(Outcome.STOPPED);
            }
        }
        List<CompletableFuture<Integer>> refused = asked.calls.stream()
                .dropWhile(call -> !call.isCompletedExceptionally())
                .toList();
        assertThat(refused)
                .allSatisfy(call -> assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(call::join)
                        .withCauseInstanceOf(RejectedExecutionException.class));
    }

    /** Ends when its number is reached; nobody else wakes it. */
    private static final class Counting extends Component {
        private final AtomicInteger count;
        private final int last;

        Counting(AtomicInteger count, int last) {
            this.count = count;
            this.last = last;
        }

        @Override
        protected Next step() {
            // Not an atomic read: the wake alone must make visible what was done before it.
            return count.getPlain() == last ? DONE : PAUSE;
        }
    }

    @Test
    void whatWasDoneBeforeAWakeThatMergedIsSeen() throws Exception {
        Loop loop = new Loop();
        Future<?> running = threads.submit(loop);
        for (int round = 0; round < 200; round++) {
            AtomicInteger count = new AtomicInteger();
            int each = 50;
            Counting counting = new Counting(count, THREADS * each);
            assertThat(loop.ingress.activate(counting)).succeedsWithin(LONGEST_WAIT_SECONDS, SECONDS);
            List<Callable<Void>> waking = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                waking.add(() -> {
                    for (int n = 0; n < each; n++) {
                        count.incrementAndGet();
                        counting.wake();
                    }
                    return null;
                });
            }
            threads.invokeAll(waking);
            // What was woken has had its turn when a second call after it is let in.
            loop.ingress.call(() -> true).toCompletableFuture().get(LONGEST_WAIT_SECONDS, SECONDS);
            assertThat(loop.ingress.call(counting::hasEnded))
                    .succeedsWithin(LONGEST_WAIT_SECONDS, SECONDS)
                    .isEqualTo(true);
        }
        loop.leave();
        running.get(LONGEST_WAIT_SECONDS, SECONDS);
    }
}
