package org.kamaelia.bench.kernel;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Messages from a component on one event loop to a component on another, by a linkage between the two. */
@State(Scope.Thread)
public class Across {

    static final int BURST = 100_000;

    private Vertx vertx;
    private Scheduler sending;
    private Sender sender;
    private Taker taker;

    /** Starts two event loops with a component each, and links them. */
    @Setup
    public void start() throws Exception {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        sending = deploy();
        taker = new Taker();
        await(deploy().ingress().activate(taker));
        sender = new Sender(taker.in);
        await(sending.ingress().activate(sender));
        await(sender.linked);
    }

    private Scheduler deploy() throws Exception {
        SchedulerVerticle verticle = new SchedulerVerticle(event -> {});
        await(vertx.deployVerticle(verticle).toCompletionStage());
        return verticle.scheduler();
    }

    /** One operation is one message; it ends when the last has been taken. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public void send() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        taker.expect(done);
        await(sending.ingress().deliver(sender.bursts, BURST));
        await(done);
    }

    /** Ends the event loops. */
    @TearDown
    public void stop() throws Exception {
        await(vertx.close().toCompletionStage());
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(FromOutside.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static final class Sender extends Component {
        final Inbox<Integer> bursts = inbox("inbox", Integer.class);
        final CompletableFuture<Object> linked = new CompletableFuture<>();
        private final Outbox<String> out = outbox("outbox", String.class);
        private final Inbox<String> destination;
        private boolean started;
        private int left;

        Sender(Inbox<String> destination) {
            this.destination = destination;
        }

        @Override
        protected Next step() {
            if (!started) {
                started = true;
                linkAcross(out, destination).thenAccept(linked::complete);
            }
            Integer burst = bursts.poll();
            left += burst == null ? 0 : burst;
            while (left > 0 && out.hasRoom()) {
                out.send("message");
                left--;
            }
            return PAUSE;
        }
    }

    private static final class Taker extends Component {
        final Inbox<String> in = inbox("inbox", String.class);

        /** Set before the first message of a burst is sent, read when its last has come. */
        private volatile CompletableFuture<Void> done = new CompletableFuture<>();

        private int taken;

        void expect(CompletableFuture<Void> next) {
            done = next;
        }

        @Override
        protected Next step() {
            while (in.poll() != null) {
                if (++taken == BURST) {
                    taken = 0;
                    done.complete(null);
                }
            }
            return PAUSE;
        }
    }
}
