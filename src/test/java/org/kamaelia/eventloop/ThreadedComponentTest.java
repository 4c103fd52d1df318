package org.kamaelia.eventloop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Running;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.NoSpaceInBox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Signal;
import org.kamaelia.eventloop.Driven.Around;

/** What crosses between a body's thread and the scheduler's: messages, room, calls. */
@Timeout(60)
class ThreadedComponentTest {
    private final Driven driven = new Driven();

    private static void echo(Worker self) throws InterruptedException {
        for (String next = self.in.receive(); next != null; next = self.in.receive()) {
            self.out.put(next);
        }
    }

    private Around start(Worker worker, int bound) {
        Around around = new Around(worker, bound);
        driven.scheduler.activate(around);
        driven.scheduler.activate(worker);
        return around;
    }

    @Test
    void messagesKeepTheirOrderThroughQueuesThatAreSmallerThanThem() {
        Worker worker = new Worker(3, 2, ThreadedComponentTest::echo).boxBound(5);
        Around around = start(worker, 4);
        List<String> back = new ArrayList<>();
        int[] sent = {0};

        driven.runUntil(() -> {
            while (sent[0] < 5_000 && around.toBody.offer("m" + sent[0])) {
                sent[0]++;
            }
            back.addAll(around.takeAll());
            driven.run();
            return back.size() == 5_000;
        });

        assertThat(back)
                .isEqualTo(IntStream.range(0, 5_000).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void theBodyRunsOnAVirtualThreadWhereTheJvmHasThemNamedAfterTheComponent() throws Exception {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> threads.add(Thread.currentThread()));
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        Thread thread = threads.remove();
        assertThat(thread.getName()).isEqualTo(worker.toString()).startsWith("Worker#");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(isVirtual(thread)).isEqualTo(Runtime.version().feature() >= 21);
    }

    @Test
    void aBodyMayAskForAThreadOfTheOperatingSystem() throws Exception {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> threads.add(Thread.currentThread())).platform();
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        Thread thread = threads.remove();
        assertThat(isVirtual(thread)).isFalse();
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo(worker.toString());
    }

    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return Runtime.version().feature() >= 21
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }

    @Test
    void aBodyThatDoesNotReadLeavesTheInboxFullSoThatItsSendersAreRefused() {
        CountDownLatch read = new CountDownLatch(1);
        Worker worker = new Worker(4, 0, self -> {
                    read.await();
                    echo(self);
                })
                .boxBound(6);
        Around around = start(worker, 100);
        driven.run();

        int taken = 0;
        for (int i = 0; i < 100; i++) {
            if (around.toBody.offer("m" + i)) {
                taken++;
            }
            driven.run();
        }
        assertThat(taken).as("what the queue and the box hold").isEqualTo(4 + 6);
        assertThatExceptionOfType(NoSpaceInBox.class).isThrownBy(() -> around.toBody.send("one too many"));

        read.countDown();
        driven.runUntil(() -> around.fromBody.size() == 10);
        assertThat(around.toBody.hasRoom()).isTrue();
    }

    @Test
    void aFullDestinationRefusesTheThread() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(0, 4, self -> {
            int sent = 0;
            for (boolean more = true; more; ) {
                while (self.out.offer("m" + sent)) {
                    sent++;
                }
                // The loop takes what the destination has room for, then it is full for good.
                self.waitForTurn();
                more = self.out.offer("m" + sent);
                sent += more ? 1 : 0;
            }
            log.add(sent);
            try {
                self.out.send("one too many");
            } catch (NoSpaceInBox full) {
                log.add(full.getMessage());
            }
            log.add(self.out.put("late", Duration.ofMillis(1)));
            self.out.put("waited");
        });
        Around around = start(worker, 3);
        driven.runUntil(() -> log.size() == 3);

        assertThat(log)
                .containsExactly(
                        3 + 4,
                        worker
                                + ".outbox leads to the queue from its thread, which is full (4 of 4 messages); send when"
                                + " it has room, or use offer",
                        false);
        List<String> taken = new ArrayList<>();
        driven.runUntil(() -> {
            taken.addAll(around.takeAll());
            driven.run();
            return worker.hasEnded();
        });
        taken.addAll(around.takeAll());
        assertThat(taken).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "waited");
    }

    /** Has boxes of bytes. */
    private static final class Bytes extends ThreadedComponent {
        final ThreadInbox<Buffer> in = toThread(inbox("inbox", Buffer.class));
        final ThreadOutbox<Buffer> out = fromThread(outbox("outbox", Buffer.class));
        final Queue<Integer> log = new ConcurrentLinkedQueue<>();
        private final CountDownLatch go = new CountDownLatch(1);

        @Override
        protected void run() throws Exception {
            go.await();
            int sent = 0;
            while (out.offer(Buffer.buffer(new byte[10_000]))) {
                sent++;
            }
            log.add(sent);
            new CountDownLatch(1).await();
        }
    }

    @Test
    void queuesOfBytesAreBoundedByTheirWeight() {
        Bytes bytes = new Bytes();
        driven.scheduler.activate(bytes);
        driven.run();
        bytes.go.countDown();
        // The scheduler is not run, so nothing leaves the queue.
        Running.until("the queue is full", () -> !bytes.log.isEmpty());
        assertThat(bytes.log).as("of 10,000 in 65,536").containsExactly(7);

        int taken = 0;
        while (driven.scheduler.deliver(bytes.in.box(), Buffer.buffer(new byte[10_000]))
                == org.kamaelia.component.Outcome.DELIVERED) {
            taken++;
            driven.run();
        }
        assertThat(taken).as("box and queue").isEqualTo(14);
        driven.scheduler.end(bytes);
    }

    @Test
    void aThousandMessagesFitAndCostOneWake() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        Queue<Boolean> oneMore = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            go.await();
            for (int i = 0; i < 1_000; i++) {
                self.out.send("m" + i);
            }
            oneMore.add(self.out.offer("one too many"));
            sent.countDown();
            self.in.receive();
        });
        Around around = start(worker, 2_000);
        driven.run();
        go.countDown();
        assertThat(sent.await(20, SECONDS)).isTrue();

        assertThat(oneMore).containsExactly(false);
        assertThat(driven.wakesAskedFor()).isEqualTo(1);
        driven.run();
        assertThat(around.takeAll()).hasSize(1_000);
        driven.scheduler.end(worker);
    }

    @Test
    void aBodyThatReadsOnAsksForMoreOnlyWhenHalfItsQueueIsRead() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch on = new CountDownLatch(1);
        CountDownLatch more = new CountDownLatch(1);
        Worker worker = new Worker(100, 0, self -> {
                    go.await();
                    for (int i = 0; i < 49; i++) {
                        self.in.receive();
                    }
                    half.countDown();
                    on.await();
                    self.in.receive();
                    self.in.receive();
                    more.countDown();
                    new CountDownLatch(1).await();
                })
                .boxBound(200);
        Around around = start(worker, 1);
        for (int i = 0; i < 200; i++) {
            around.toBody.send("m" + i);
        }
        driven.run();
        assertThat(worker.in.box().size()).isEqualTo(100);

        go.countDown();
        assertThat(half.await(20, SECONDS)).isTrue();
        assertThat(driven.wakesAskedFor()).isZero();
        on.countDown();
        assertThat(more.await(20, SECONDS)).isTrue();
        assertThat(driven.wakesAskedFor()).isEqualTo(1);
        driven.run();
        assertThat(worker.in.box().size()).isEqualTo(49);
        driven.scheduler.end(worker);
    }

    @Test
    void aCallRunsOnTheSchedulersThreadAfterWhatWasSentBefore() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        Around[] around = new Around[1];
        Worker worker = new Worker(self -> {
            for (int i = 0; i < 900; i++) {
                self.out.send("m" + i);
            }
            log.add(self.onLoop(() -> Thread.currentThread().getName() + " finds " + around[0].fromBody.size()));
        });
        around[0] = start(worker, 1_000);
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly(Thread.currentThread().getName() + " finds 900");
    }

    @Test
    void whatACallThrowsReachesTheThreadAndNobodyElse() {
        RuntimeException broken = new IllegalStateException("broken");
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            try {
                self.onLoop(() -> {
                    throw broken;
                });
            } catch (IllegalStateException caught) {
                log.add(caught);
            }
        });
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly(broken);
        assertThat(driven.events).isEmpty();
    }

    @Test
    void aBodyAddsLinksAndRemovesBoxesByCalls() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            ThreadOutbox<String> out = self.onLoop(() -> self.give(self.moreOut("extra")));
            ThreadInbox<String> in = self.onLoop(() -> self.give(self.more("extra")));
            log.add(in.name());
            self.onLoop(() -> {
                self.join(out.box(), in.box());
                return true;
            });
            out.send("round");
            log.add(String.valueOf(in.receive()));
            self.onLoop(() -> {
                self.without(out);
                self.without(in);
                return self.boxes().size();
            });
            try {
                out.send("gone");
            } catch (IllegalStateException removed) {
                log.add(removed.getMessage());
            }
            try {
                in.receive();
            } catch (IllegalStateException removed) {
                log.add(removed.getMessage());
            }
        });
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(driven.events).isEmpty();
        assertThat(log)
                .containsExactly(
                        "extra_1", "round", worker + ".extra has been removed", worker + ".extra_1 has been removed");
    }

    @Test
    void aBodyThatWaitsAtABoxLearnsThatItHasBeenRemoved() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        AtomicReference<Thread> waiting = new AtomicReference<>();
        Worker worker = new Worker(self -> {
            waiting.set(Thread.currentThread());
            try {
                self.in.receive();
            } catch (IllegalStateException removed) {
                log.add(removed.getMessage());
            }
        });
        start(worker, 1);
        driven.runUntil(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);

        worker.without(worker.in);
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly(worker + ".inbox has been removed");
    }

    @Test
    void aBodyThatWaitsForRoomLearnsThatTheBoxHasBeenRemoved() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        AtomicReference<Thread> waiting = new AtomicReference<>();
        Worker worker = new Worker(0, 1, self -> {
            waiting.set(Thread.currentThread());
            try {
                while (true) {
                    self.out.put("one of many");
                }
            } catch (IllegalStateException removed) {
                log.add(removed.getMessage());
            }
        });
        start(worker, 1);
        driven.runUntil(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);

        worker.without(worker.out);
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly(worker + ".outbox has been removed");
    }

    @Test
    void aSignalLeavesWhenTheBoxOfWhatItWaitedForIsRemoved() {
        CountDownLatch arrived = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
            ThreadOutbox<Signal> signals = self.onLoop(() -> self.give(self.signal()));
            self.out.put("fits");
            arrived.await();
            self.out.put("does not");
            signals.put(new ProducerFinished());
            self.onLoop(() -> {
                self.without(self.out);
                return true;
            });
            self.in.receive();
        });
        Around around = start(worker, 1);
        driven.runUntil(around.fromBody::dataReady);
        arrived.countDown();

        driven.runUntil(around.signals::dataReady);

        assertThat(around.takeAll()).containsExactly("fits");
    }

    @Test
    void aPauseEndsWithItsTimeAMessageOrAWake() {
        Queue<Object> log = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            self.rest(Duration.ofDays(1));
            log.add(self.rest(Duration.ofMillis(1)));
            log.add("timed out");
            self.rest();
            log.add(String.valueOf(self.in.poll()));
            self.rest();
            log.add("woken");
        });
        Around around = start(worker, 1);
        driven.run();
        Running.until("it rests again", () -> log.size() == 2);
        around.toBody.send("message");
        driven.run();
        Running.until("the message has ended its rest", () -> log.size() == 3);
        worker.wake();
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly(false, "timed out", "message", "woken");
    }

    @Test
    void waitingForAMessageHasATimeoutAndPollingNone() {
        Queue<@Nullable Object> log = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            log.add(String.valueOf(self.in.poll()));
            log.add(String.valueOf(self.in.receive(Duration.ofMillis(1))));
            log.add(self.in.atEnd());
            log.add(self.in.dataReady());
        });
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(log).containsExactly("null", "null", false, false);
    }

    @Test
    void theThreadsEndIsRefusedToTheLoop() {
        Worker worker = new Worker(self -> self.in.receive());
        Around around = start(worker, 1);
        driven.run();
        String self = Thread.currentThread().getName();

        assertThatIllegalStateException()
                .isThrownBy(() -> worker.in.poll())
                .withMessage(worker + ".inbox is for the thread that runs the body of " + worker + ", not for " + self
                        + "; other components are linked to its boxes");
        assertThatIllegalStateException().isThrownBy(() -> worker.in.receive());
        assertThatIllegalStateException().isThrownBy(() -> worker.in.dataReady());
        assertThatIllegalStateException().isThrownBy(() -> worker.in.atEnd());
        assertThatIllegalStateException().isThrownBy(() -> worker.out.send("x"));
        assertThatIllegalStateException().isThrownBy(() -> worker.out.put("x"));
        assertThatIllegalStateException().isThrownBy(() -> worker.onLoop(() -> "x"));
        assertThatIllegalStateException().isThrownBy(() -> worker.rest(Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(worker::finishing);
        assertThat(around.fromBody.dataReady()).isFalse();
        driven.scheduler.end(worker);
    }

    @Test
    void theLoopsSideIsRefusedToTheThread() {
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            List<Runnable> wrong = List.of(
                    () -> self.more("x"),
                    () -> self.join(self.out.box(), self.in.box()),
                    () -> self.start(new Worker(other -> {})),
                    () -> self.without(self.in));
            for (Runnable each : wrong) {
                try {
                    each.run();
                } catch (IllegalStateException e) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
        });
        driven.scheduler.activate(worker);
        driven.runUntil(worker::hasEnded);

        assertThat(refused)
                .hasSize(4)
                .allMatch(message -> message.contains(worker.toString()) && message.contains("ingress"));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aMessageOfAWrongTypeIsRefusedToTheThreadThatSendsIt() {
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            ThreadOutbox raw = self.out;
            try {
                raw.put(7);
            } catch (IllegalArgumentException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
            try {
                raw.offer(7);
            } catch (IllegalArgumentException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
            self.out.put("a word");
        });
        Around around = start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(refused).hasSize(2).containsOnly(worker + ".outbox carries java.lang.String, not java.lang.Integer");
        assertThat(around.takeAll()).containsExactly("a word");
        assertThat(driven.events).isEmpty();
    }

    @Test
    void whatComesTooLateForTheThreadIsRefused() {
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            List<Runnable> wrong = List.of(self::platform, () -> self.give(self.signal()));
            for (Runnable each : wrong) {
                try {
                    each.run();
                } catch (IllegalStateException e) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
        });
        Outbox<Signal> signal = worker.signal();
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(refused)
                .containsExactly(
                        "the body of " + worker + " has its thread already; ask for another kind in the constructor",
                        "boxes are given to the thread on the scheduler's; give " + signal
                                + " in the constructor, or within call");
    }

    @Test
    void aBoxThatTheThreadWasNotGivenFailsAtTheFirstTurnWithTheRemedy() {
        ThreadedComponent forgetful = new ThreadedComponent() {
            {
                outbox("outbox", String.class);
            }

            @Override
            protected void run() {}
        };
        driven.scheduler.activate(forgetful);
        driven.run();

        assertThat(driven.events)
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage(forgetful + ".outbox is not given to the thread; declare it by"
                                        + " fromThread(outbox(\"outbox\", ...))"));
    }

    @Test
    void aBoxIsGivenOnceAndOnlyItsOwnersAndABoundIsPositive() {
        Worker worker = new Worker(self -> {});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> worker.give(worker.in.box()))
                .withMessageEndingWith(".inbox is given to the thread already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> worker.give(new Worker(self -> {}).out.box()))
                .withMessageContaining("does not belong to");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Worker(-1, 0, self -> {}))
                .withMessage("the bound of a queue must be at least 1, or 0 for the default of String, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> worker.patient(Duration.ZERO))
                .withMessageContaining("must be positive, not PT0S");
    }
}
