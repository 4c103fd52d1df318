package org.kamaelia.bench.kernel;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The limit of {@link FromOutside}: a task per message for the same kind of event loop, each with its own answer. */
@State(Scope.Thread)
public class FromOutsideLimit {

    private Vertx vertx;
    private Executor loop;

    /** The event loop's. */
    private long taken;

    /** Starts the event loop. */
    @Setup
    public void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
    }

    /** One operation is one task; after so many the sender waits until the last of them is done. */
    @Benchmark
    @OperationsPerInvocation(FromOutside.BURST)
    public long execute() throws Exception {
        for (int i = 1; i < FromOutside.BURST; i++) {
            CompletableFuture<Long> unused = submit();
        }
        return submit().get(FromOutside.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the event loop. */
    @TearDown
    public void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(FromOutside.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Long> submit() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(++taken));
        return answer;
    }
}
