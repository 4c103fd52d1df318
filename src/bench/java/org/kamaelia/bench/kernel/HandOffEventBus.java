package org.kamaelia.bench.kernel;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same as {@link HandOff} between two consumers of Vert.x's local event bus, both on one event loop. */
@State(Scope.Thread)
public class HandOffEventBus {

    private static final int ROUND_TRIPS = 20_000;
    private static final long PATIENCE_SECONDS = 60;

    /** How many messages are under way at a time. */
    @Param({"1", "64"})
    private int outstanding;

    private Vertx vertx;
    private Context context;

    // The event loop's.
    private int toFollow;
    private int toReturn;
    private CountDownLatch done;

    /** Registers the two. */
    @Setup
    public void register() throws InterruptedException {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        context = vertx.getOrCreateContext();
        EventBus bus = vertx.eventBus();
        onLoop(registered -> {
            bus.<Integer>localConsumer("origin", message -> back(bus, message.body()));
            bus.<Integer>localConsumer("relay", message -> bus.send("origin", message.body()));
            registered.countDown();
        });
    }

    /** One operation is one message from one consumer to the other. */
    @Benchmark
    @OperationsPerInvocation(HandOff.SIZE * ROUND_TRIPS)
    public void handOff() throws InterruptedException {
        onLoop(end -> {
            done = end;
            toFollow = ROUND_TRIPS - outstanding;
            toReturn = ROUND_TRIPS;
            for (int i = 0; i < outstanding; i++) {
                vertx.eventBus().send("relay", i);
            }
        });
    }

    /** Ends its event loop. */
    @TearDown
    public void close() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close().onComplete(result -> closed.countDown());
        await(closed);
    }

    private void back(EventBus bus, Integer message) {
        if (toFollow > 0) {
            toFollow--;
            bus.send("relay", message);
        }
        if (--toReturn == 0) {
            done.countDown();
        }
    }

    private void onLoop(Consumer<CountDownLatch> work) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        context.runOnContext(nothing -> work.accept(end));
        await(end);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no end after " + PATIENCE_SECONDS + " s");
        }
    }
}
