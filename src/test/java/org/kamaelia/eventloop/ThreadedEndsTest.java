package org.kamaelia.eventloop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Running;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.Undeliverable;
import org.kamaelia.eventloop.Driven.Around;

/** How a threaded component ends: by its body, by signals, from outside. */
@Timeout(60)
class ThreadedEndsTest {
    private final Driven driven = new Driven();
    private final Queue<Object> log = new ConcurrentLinkedQueue<>();

    private Around start(Worker worker, int bound) {
        Around around = new Around(worker, bound);
        driven.scheduler.activate(around);
        driven.scheduler.activate(worker);
        return around;
    }

    /** Takes what comes until the component has ended. */
    private List<String> takeUntilEnded(Around around, Worker worker) {
        List<String> taken = new ArrayList<>();
        driven.runUntil(() -> {
            taken.addAll(around.takeAll());
            driven.run();
            return worker.hasEnded();
        });
        taken.addAll(around.takeAll());
        return taken;
    }

    private void heedNothing(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                log.add("interrupted");
            }
        }
    }

    @Test
    void whatWasSentBeforeTheReturnIsDeliveredThoughTheDestinationIsFullForAWhile() throws Exception {
        Worker worker = new Worker(self -> {
            for (int i = 0; i < 10; i++) {
                self.out.send("m" + i);
            }
        });
        Around around = start(worker, 2);
        driven.run();
        assertThat(worker.returned.await(20, SECONDS)).isTrue();
        driven.runUntil(() -> around.fromBody.size() == 2);
        driven.run();
        assertThat(worker.hasEnded()).as("the destination is full").isFalse();
        assertThat(worker.ends).isEmpty();

        assertThat(takeUntilEnded(around, worker))
                .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
        assertThat(worker.ends).hasSize(1).containsOnlyNulls();
        assertThat(around.childrenEnded).containsExactly(worker);
        assertThat(driven.events).isEmpty();
        assertThat(around.signals.dataReady()).isFalse();
    }

    @Test
    void aBodyThatThrowsEndsAsOneThatFailedAfterWhatItSent() {
        IllegalStateException broken = new IllegalStateException("broken");
        Worker worker = new Worker(self -> {
            for (int i = 0; i < 10; i++) {
                self.out.send("m" + i);
            }
            throw broken;
        });
        Around around = start(worker, 3);
        driven.runUntil(() -> around.fromBody.size() == 3);
        driven.run();
        assertThat(around.signals.dataReady()).isFalse();

        assertThat(takeUntilEnded(around, worker)).hasSize(10);
        assertThat(driven.events).containsExactly(new ComponentFailed(worker.toString(), worker, broken));
        assertThat(around.signals.poll())
                .isInstanceOfSatisfying(
                        ShutdownMicroprocess.class,
                        shutdown -> assertThat(shutdown.reason()).isSameAs(broken));
        assertThat(worker.ends).containsExactly(broken);
    }

    @Test
    void aCheckedExceptionIsTheCauseOfTheFailure() {
        IOException broken = new IOException("broken");
        Worker worker = new Worker(self -> {
            throw broken;
        });
        start(worker, 1);
        driven.runUntil(worker::hasEnded);

        assertThat(driven.events)
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(ThreadedComponent.BodyFailed.class)
                                .hasMessageContaining("broken")
                                .hasCause(broken));
    }

    @Test
    void aSignalDoesNotOvertakeWhatWasSentBeforeIt() {
        Worker worker = new Worker(self -> {
            ThreadOutbox<Signal> signal = self.onLoop(() -> self.give(self.signal()));
            for (int i = 0; i < 5; i++) {
                self.out.send("m" + i);
            }
            signal.send(new ProducerFinished("after m4"));
            log.add("sent");
            self.in.receive();
        });
        Around around = start(worker, 2);
        driven.runUntil(() -> around.fromBody.size() == 2 && log.contains("sent"));
        driven.run();
        assertThat(around.signals.dataReady()).isFalse();

        assertThat(around.takeAll()).hasSize(2);
        driven.run();
        assertThat(around.takeAll()).hasSize(2);
        driven.run();
        assertThat(around.takeAll()).containsExactly("m4");
        assertThat(around.signals.poll()).hasToString("ProducerFinished(after m4)");
        driven.scheduler.end(worker);
    }

    @Test
    void onProducerFinishedTheBodyGetsWhatIsThereThenTheEndAndItIsPassedOnAfterTheLastReply() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        Worker worker = new Worker(2, 0, self -> {
            read.await();
            for (String next = self.in.receive(); next != null; next = self.in.receive()) {
                self.out.put(next);
            }
            log.add(self.in.atEnd());
            log.add(self.finishing());
        });
        Around around = start(worker, 1);
        for (int i = 0; i < 7; i++) {
            around.toBody.send("m" + i);
        }
        around.finish(worker);
        driven.run();
        read.countDown();

        assertThat(takeUntilEnded(around, worker)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
        assertThat(log).containsExactly(true, true);
        assertThat(around.signals.poll()).isInstanceOf(ProducerFinished.class);
        assertThat(around.signals.dataReady()).isFalse();
    }

    @Test
    void aBodyThatPausesIsToldOfTheEnd() {
        Worker worker = new Worker(self -> {
            while (!self.finishing()) {
                self.rest();
            }
        });
        Around around = start(worker, 1);
        driven.run();
        around.finish(worker);

        driven.runUntil(worker::hasEnded);
        assertThat(around.signals.poll()).isInstanceOf(ProducerFinished.class);
    }

    @Test
    void shutdownEndsItAtOnceInterruptsTheThreadAndIsPassedOn() throws Exception {
        Worker worker = new Worker(self -> {
            self.out.send("before");
            try {
                self.in.receive();
            } catch (InterruptedException e) {
                log.add("interrupted");
                throw e;
            }
        });
        Around around = start(worker, 1);
        driven.runUntil(() -> around.fromBody.dataReady());
        around.tellControl(worker, new ShutdownMicroprocess("now"));
        driven.run();

        assertThat(worker.hasEnded()).isTrue();
        assertThat(around.signals.poll()).hasToString("ShutdownMicroprocess(now)");
        assertThat(worker.returned.await(20, SECONDS)).isTrue();
        Threads.of(driven.scheduler).settled().get(20, SECONDS);
        driven.run();
        assertThat(log).containsExactly("interrupted");
        assertThat(driven.events).as("an end by interrupt is no failure").isEmpty();
    }

    @Test
    void aBodyThatIsGivenControlActsOnItItself() {
        CountDownLatch given = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
            ThreadInbox<Signal> control = self.onLoop(() -> self.give(self.control()));
            given.countDown();
            log.add(String.valueOf(control.receive()));
            log.add(String.valueOf(control.receive()));
            self.out.send("still here");
        });
        Around around = start(worker, 1);
        driven.runUntil(() -> given.getCount() == 0);
        around.finish(worker);
        driven.run();
        around.tellControl(worker, new ShutdownMicroprocess("now"));

        assertThat(takeUntilEnded(around, worker)).containsExactly("still here");
        assertThat(log).containsExactly("ProducerFinished", "ShutdownMicroprocess(now)");
        assertThat(around.signals.dataReady())
                .as("passing it on is the body's too")
                .isFalse();
    }

    @Test
    void aShutdownEndsOneWhoseBodyHasReturnedAndWhoseDestinationStaysFull() throws Exception {
        Worker worker = new Worker(self -> {
            self.onLoop(() -> self.give(self.control()));
            self.out.send("first");
            self.out.send("second");
        });
        Around around = start(worker, 1);
        driven.runUntil(() -> around.fromBody.dataReady());
        assertThat(worker.returned.await(20, SECONDS)).isTrue();
        Threads.of(driven.scheduler).settled().get(20, SECONDS);
        driven.run();
        assertThat(worker.hasEnded()).isFalse();

        around.tellControl(worker, new ShutdownMicroprocess("now"));
        driven.run();

        assertThat(worker.hasEnded()).isTrue();
        assertThat(driven.scheduler.counters().toNowhere())
                .as("the second message")
                .isEqualTo(1);
    }

    /** A message that knows when it went nowhere. */
    private record Held(Queue<Object> log, String name) implements Undeliverable {
        @Override
        public void undelivered() {
            log.add(name);
        }
    }

    private static final class Holding extends ThreadedComponent {
        final ThreadInbox<Held> in = toThread(inbox("inbox", Held.class), 1);
        final ThreadOutbox<Held> out = fromThread(outbox("outbox", Held.class));
        private final Queue<Object> log;
        private final CountDownLatch go = new CountDownLatch(1);
        private final CountDownLatch sent = new CountDownLatch(1);

        Holding(Queue<Object> log) {
            this.log = log;
        }

        @Override
        protected void run() throws Exception {
            go.await();
            out.send(new Held(log, "from the thread"));
            sent.countDown();
            pause(Duration.ofDays(1));
            pause(Duration.ofDays(1));
            pause(Duration.ofDays(1));
            pause(Duration.ofDays(1));
        }
    }

    @Test
    void whatWaitsAtTheEndIsToldThatItGoesNowhere() throws Exception {
        Holding holding = new Holding(log);
        driven.scheduler.activate(holding);
        driven.scheduler.deliver(holding.in.box(), new Held(log, "in the queue"));
        driven.scheduler.deliver(holding.in.box(), new Held(log, "in the box"));
        driven.run();
        holding.go.countDown();
        assertThat(holding.sent.await(20, SECONDS)).isTrue();
        assertThat(log).isEmpty();

        driven.scheduler.end(holding);

        assertThat(log).containsExactlyInAnyOrder("from the thread", "in the queue", "in the box");
        assertThat(driven.scheduler.counters().toNowhere()).isEqualTo(3);
    }

    @Test
    void aThreadThatGoesOnAfterTheEndIsRefused() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
            heedNothing(ended);
            List<Worker.Body> calls = List.of(
                    each -> each.in.receive(),
                    each -> each.in.poll(),
                    each -> each.out.send("late"),
                    each -> each.out.put("late"),
                    each -> each.onLoop(() -> "late"),
                    each -> each.rest(Duration.ofDays(1)));
            for (Worker.Body each : calls) {
                try {
                    each.run(self);
                } catch (InterruptedException | CancellationException e) {
                    log.add(String.valueOf(e.getMessage()));
                }
            }
        });
        start(worker, 1);
        driven.run();
        driven.scheduler.end(worker);
        ended.countDown();
        Threads.of(driven.scheduler).settled().get(20, SECONDS);
        log.remove("interrupted");

        assertThat(log).hasSize(6).containsOnly(worker + " has ended; its thread is to return");
    }

    @Test
    void aThreadThatDoesNotEndIsToldOfOnce() {
        CountDownLatch end = new CountDownLatch(1);
        Worker worker = new Worker(self -> heedNothing(end)).patient(Duration.ofMillis(20));
        start(worker, 1);
        driven.run();
        driven.scheduler.end(worker);

        driven.runUntil(() -> !driven.events.isEmpty());

        assertThat(driven.events).containsExactly(new ThreadOverdue(worker.toString(), Duration.ofMillis(20)));
        assertThat(Threads.of(driven.scheduler).settled()).isCompleted();
        end.countDown();
    }

    @Test
    void whatABodyThrowsAfterTheEndIsToldUnlessItComesOfTheInterrupt() {
        IllegalStateException broken = new IllegalStateException("broken");
        CountDownLatch end = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
            heedNothing(end);
            throw broken;
        });
        start(worker, 1);
        driven.run();
        driven.scheduler.end(worker);
        end.countDown();

        driven.runUntil(() -> !driven.events.isEmpty());

        assertThat(driven.events).containsExactly(new ComponentFailed(worker.toString(), null, broken));
    }

    @Test
    void anEndWhileTheBodyWaitsForACallCancelsIt() {
        Queue<@Nullable Object> outcome = new ConcurrentLinkedQueue<>();
        Worker worker = new Worker(self -> {
            try {
                self.onLoop(() -> {
                    driven.scheduler.end(self);
                    return true;
                });
                self.onLoop(() -> "never");
            } catch (InterruptedException e) {
                outcome.add("stopped");
            }
        });
        start(worker, 1);
        driven.runUntil(worker::hasEnded);
        Running.until("the thread is told", () -> !outcome.isEmpty());

        assertThat(worker.ends).hasSize(1);
        assertThat(driven.events).isEmpty();
    }

    @Test
    void stoppingTheSchedulerInterruptsItsThreads() throws Exception {
        Worker worker = new Worker(self -> self.in.receive());
        start(worker, 1);
        driven.run();
        Threads threads = Threads.of(driven.scheduler);
        assertThat(threads.settled()).isNotDone();

        driven.scheduler.stop();

        threads.settled().get(20, SECONDS);
        assertThat(worker.returned.getCount()).isZero();
    }
}
