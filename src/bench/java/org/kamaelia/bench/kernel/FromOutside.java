package org.kamaelia.bench.kernel;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.Scheduler;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Messages from a thread of the outside into a component on an event loop, through the scheduler's ingress. */
@State(Scope.Thread)
public class FromOutside {

    static final int BURST = 500;
    static final long PATIENCE_SECONDS = 60;

    private Vertx vertx;
    private Scheduler scheduler;
    private Taker taker;

    /** Starts the event loop and the component. */
    @Setup
    public void start() throws Exception {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        SchedulerVerticle verticle = new SchedulerVerticle(event -> {});
        vertx.deployVerticle(verticle)
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        scheduler = verticle.scheduler();
        taker = new Taker();
        await(scheduler.ingress().activate(taker));
    }

    /** One operation is one message; after so many the sender waits until the last of them is delivered. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public void deliver() throws Exception {
        for (int i = 1; i < BURST; i++) {
            CompletionStage<Outcome> unused = scheduler.ingress().deliver(taker.in, i);
        }
        Outcome last = await(scheduler.ingress().deliver(taker.in, BURST));
        if (last != Outcome.DELIVERED) {
            throw new IllegalStateException("the box holds more than a burst, and yet the last message was " + last);
        }
    }

    /** Ends the event loop. */
    @TearDown
    public void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static final class Taker extends Component {
        final Inbox<Integer> in = inbox("inbox", Integer.class);

        @Override
        protected Next step() {
            while (in.poll() != null) {
                // that it came is all
            }
            return PAUSE;
        }
    }
}
