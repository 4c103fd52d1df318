package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linkages between schedulers that two threads drive: nothing lost, doubled or out of order, and never more than the window on its way. */
@Timeout(60)
class RemoteLinkageStressTest {
    private final Loop one = new Loop();
    private final Loop other = new Loop();

    @AfterEach
    void stop() throws Exception {
        one.stop();
        other.stop();
    }

    /** A thread that runs a scheduler whenever it asks, and sleeps otherwise. */
    private static final class Loop implements Scheduler.Host {
        final Scheduler scheduler = new Scheduler(Clock.SYSTEM, this, event -> {
            throw new AssertionError(event.toString());
        });
        private final Semaphore asked = new Semaphore(0);
        private final Thread thread = new Thread(this::loop);
        private volatile boolean stopped;

        Loop() {
            thread.start();
        }

        private void loop() {
            scheduler.confineToCurrentThread();
            while (!stopped) {
                asked.acquireUninterruptibly();
                asked.drainPermits();
                while (!stopped && scheduler.run(100_000)) {}
            }
            scheduler.stop();
        }

        @Override
        public void runSoon() {
            asked.release();
        }

        @Override
        public void wakeUp() {
            asked.release();
        }

        @Override
        public void runAt(long nanoTime) {
            throw new UnsupportedOperationException();
        }

        void stop() throws InterruptedException {
            stopped = true;
            asked.release();
            thread.join();
        }

        Scheduler.Counters counters() throws Exception {
            return await(scheduler.ingress().call(scheduler::counters));
        }
    }

    /** Sends numbers as fast as there is room, in bursts. */
    private static final class Source extends Component {
        private final Outbox<Integer> out = outbox("outbox", Integer.class);
        private final Inbox<Integer> sink;
        private final int window;
        private final int total;
        private final Random random;
        private final AtomicLong onItsWay;
        private final CompletableFuture<RemoteLinkage> made = new CompletableFuture<>();
        private @Nullable CompletionStage<?> asked;
        private int sent;
        private int refusals;

        Source(Inbox<Integer> sink, int window, int total, int seed, AtomicLong onItsWay) {
            this.sink = sink;
            this.window = window;
            this.total = total;
            this.random = new Random(seed);
            this.onItsWay = onItsWay;
        }

        @Override
        protected Next step() {
            if (asked == null) {
                asked = linkAcross(out, sink, window).thenAccept(linkage -> {
                    made.complete(linkage);
                    wake();
                });
            }
            if (!made.isDone()) {
                return PAUSE;
            }
            for (int burst = random.nextInt(2 * window) + 1; burst > 0 && sent < total; burst--) {
                // Before: the far side may take it before the call is over.
                onItsWay.incrementAndGet();
                if (!out.offer(sent)) {
                    onItsWay.decrementAndGet();
                    refusals++;
                    return PAUSE;
                }
                sent++;
            }
            return sent < total ? AGAIN : DONE;
        }
    }

    /** Holds what comes against what should, and dawdles. */
    private static final class Drain extends Component {
        final Inbox<Integer> in;
        private final int total;
        private final Random random;
        private final AtomicLong onItsWay;
        final CompletableFuture<Long> mostOnItsWay = new CompletableFuture<>();
        private long most;
        private int next;

        Drain(int bound, int total, int seed, AtomicLong onItsWay) {
            this.in = addInbox("inbox", Integer.class, bound);
            this.total = total;
            this.random = new Random(seed);
            this.onItsWay = onItsWay;
        }

        @Override
        protected Next step() {
            for (int burst = random.nextInt(20); burst > 0 && in.dataReady(); burst--) {
                most = Math.max(most, onItsWay.getAndDecrement());
                int come = in.receive();
                if (come != next++) {
                    mostOnItsWay.completeExceptionally(new AssertionError(come + " came in place of " + (next - 1)));
                }
            }
            if (next == total) {
                mostOnItsWay.complete(most);
            }
            return in.dataReady() ? AGAIN : PAUSE;
        }
    }

    private record Stream(Source source, Drain drain) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 1_000})
    void nothingIsLostDoubledOrReorderedAndTheWindowIsNeverExceeded(int window) throws Exception {
        int total = window == 1 ? 20_000 : 200_000;
        int bound = 5;
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Loop from = i % 2 == 0 ? one : other;
            Loop to = i % 2 == 0 ? other : one;
            AtomicLong onItsWay = new AtomicLong();
            Drain drain = new Drain(bound, total, i, onItsWay);
            Source source = new Source(drain.in, window, total, 100 + i, onItsWay);
            streams.add(new Stream(source, drain));
            await(to.scheduler.ingress().activate(drain));
            await(from.scheduler.ingress().activate(source));
        }

        for (Stream each : streams) {
            // In the sink, on the way, and one that is being sent.
            assertThat(await(each.drain.mostOnItsWay)).isLessThanOrEqualTo(bound + window + 1);
            await(await(each.source.made).ended());
            assertThat(each.source.refusals).isPositive();
        }
        assertThat(one.counters().active()).as("its drains").isEqualTo(3);
        assertThat(other.counters().active()).isEqualTo(3);
        assertThat(one.counters().toNowhere() + other.counters().toNowhere()).isZero();
    }

    @Test
    void itsAnswersComeOnTheMakersThread() throws Exception {
        AtomicLong onItsWay = new AtomicLong();
        Drain drain = new Drain(5, 100, 1, onItsWay);
        await(other.scheduler.ingress().activate(drain));
        Source source = new Source(drain.in, 10, 100, 2, onItsWay);
        CompletionStage<Thread> made = source.made.thenApply(linkage -> Thread.currentThread());
        CompletionStage<Thread> ended =
                source.made.thenCompose(RemoteLinkage::ended).thenApply(done -> Thread.currentThread());
        await(one.scheduler.ingress().activate(source));

        assertThat(await(made)).isSameAs(one.thread);
        assertThat(await(ended)).isSameAs(one.thread);
    }

    /** Whatever stops or ends first, no future stays open and no message is neither here nor there. */
    @Test
    void endsThatMeetLeaveNothing() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            Loop from = new Loop();
            Loop to = new Loop();
            AtomicLong onItsWay = new AtomicLong();
            Drain drain = new Drain(3, Integer.MAX_VALUE, i, onItsWay);
            Source source = new Source(drain.in, 1 + random.nextInt(10), Integer.MAX_VALUE, i, onItsWay);
            await(to.scheduler.ingress().activate(drain));
            await(from.scheduler.ingress().activate(source));
            RemoteLinkage linkage = random.nextInt(10) == 0 ? null : await(source.made);
            List<Runnable> ends = List.of(
                    () -> from.scheduler.ingress().call(() -> {
                        from.scheduler.end(source);
                        return true;
                    }),
                    () -> to.scheduler.ingress().call(() -> {
                        to.scheduler.end(drain);
                        return true;
                    }),
                    () -> stopQuietly(from),
                    () -> stopQuietly(to));
            CompletableFuture<Void> first = CompletableFuture.runAsync(ends.get(random.nextInt(4)));
            CompletableFuture<Void> second = CompletableFuture.runAsync(ends.get(random.nextInt(4)));
            await(first);
            await(second);
            if (linkage != null) {
                from.scheduler.ingress().call(() -> {
                    from.scheduler.end(source);
                    return true;
                });
                await(linkage.ended());
            }
            from.stop();
            to.stop();
            // The threads are over: their counters can be read.
            long nowhere = from.scheduler.counters().toNowhere()
                    + to.scheduler.counters().toNowhere();
            assertThat(onItsWay.get()).isEqualTo(nowhere);
            assertThat(from.scheduler.counters().active()
                            + to.scheduler.counters().active())
                    .isZero();
        }
    }

    private static void stopQuietly(Loop loop) {
        try {
            loop.stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
