package org.kamaelia.eventloop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.component.Component;
import org.kamaelia.component.Event;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Reactor;

/** Threaded components beside an event loop that goes on. */
@Timeout(60)
class ThreadedComponentIT {
    private final Vertx vertx = Vertx.vertx();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** With a limit of steps that a busy machine does not reach. */
    private final SchedulerVerticle verticle = new SchedulerVerticle(events::add, Duration.ofMinutes(1));

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    /** Starts two threaded components, the one linked to the other's inbox, and counts what comes out. */
    private static final class Row extends Component {
        final CompletableFuture<Integer> all = new CompletableFuture<>();
        private final Inbox<String> result = addInbox("inbox", String.class, 10);
        private final Worker first;
        private final Worker second;
        private final int expected;
        private boolean started;
        private int came;

        Row(int expected, Worker first, Worker second) {
            this.expected = expected;
            this.first = first;
            this.second = second;
            link(first.outbox("outbox", String.class), second.inbox("inbox", String.class));
            link(second.outbox("outbox", String.class), result);
            link(first.signal(), second.control());
        }

        @Override
        protected Next step() {
            if (!started) {
                started = true;
                activate(first);
                activate(second);
            }
            for (String next = result.poll(); next != null; next = result.poll()) {
                if (!next.equals("m" + came++)) {
                    all.completeExceptionally(new AssertionError(next + " came as number " + came));
                }
            }
            if (came == expected) {
                all.complete(came);
            }
            return PAUSE;
        }
    }

    @Test
    void manyMessagesCrossBetweenTwoThreadsInOrderThroughBoxesThatFill() throws Exception {
        await(vertx.deployVerticle(verticle));
        int messages = 200_000;
        Worker first = new Worker(self -> {
            for (int i = 0; i < messages; i++) {
                self.out.put("m" + i);
            }
        });
        Worker second = new Worker(50, 50, self -> {
            for (String next = self.in.receive(); next != null; next = self.in.receive()) {
                self.out.put(next);
            }
        });
        Row row = new Row(messages, first, second);

        get(verticle.scheduler().ingress().activate(row));

        assertThat(row.all.get(40, SECONDS)).isEqualTo(messages);
        assertThat(events).isEmpty();
    }

    @Test
    void aBodyThatBlocksHoldsNothingElseUp() throws Exception {
        await(vertx.deployVerticle(verticle));
        CountDownLatch blocked = new CountDownLatch(1);
        get(verticle.scheduler().ingress().activate(new Worker(self -> blocked.await())));
        CompletableFuture<String> heard = new CompletableFuture<>();
        Reactor beside = new Reactor() {
            {
                on(inbox("inbox", String.class), heard::complete);
            }
        };
        get(verticle.scheduler().ingress().activate(beside));
        get(verticle.scheduler().ingress().deliver(beside.inbox("inbox", String.class), "alive"));

        assertThat(heard.get(10, SECONDS)).isEqualTo("alive");
        blocked.countDown();
    }

    @Test
    void undeployingWaitsForThreadsButNotOnTheLoop() throws Exception {
        String id = await(vertx.deployVerticle(verticle));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
            started.countDown();
            try {
                self.in.receive();
            } catch (InterruptedException e) {
                interrupted.countDown();
                goOn.await();
            }
        });
        get(verticle.scheduler().ingress().activate(worker));
        assertThat(started.await(10, SECONDS)).isTrue();

        Future<Void> undeployed = vertx.undeploy(id);

        assertThat(interrupted.await(10, SECONDS)).isTrue();
        CompletableFuture<Boolean> loopLives = new CompletableFuture<>();
        vertx.runOnContext(go -> loopLives.complete(true));
        assertThat(loopLives.get(10, SECONDS)).isTrue();
        assertThat(undeployed.isComplete()).isFalse();
        goOn.countDown();
        await(undeployed);
        assertThat(worker.returned.getCount()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void undeployingGivesUpAThreadThatDoesNotEndAndNamesItsComponent() throws Exception {
        String id = await(vertx.deployVerticle(verticle));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Worker worker = new Worker(self -> {
                    started.countDown();
                    while (end.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                })
                .patient(Duration.ofMillis(50));
        get(verticle.scheduler().ingress().activate(worker));
        assertThat(started.await(10, SECONDS)).isTrue();

        await(vertx.undeploy(id));

        assertThat(events).containsExactly(new ThreadOverdue(worker.toString(), Duration.ofMillis(50)));
        end.countDown();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, SECONDS);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return get(future.toCompletionStage());
    }
}
