package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.tcp.ListenerOptions;

class ListenerStoreTest {
    private static final StoredListener ONE = stored("one", 1);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicInteger flushes = new AtomicInteger();
    private volatile boolean failing;
    private StateDirectory directory;
    private ListenerStore store;

    private static StoredListener stored(String name, int maxConnections) {
        return new StoredListener(name, ListenerOptions.of("echo").maxConnections(maxConnections), Wanted.RUNNING);
    }

    @BeforeEach
    void open() throws Exception {
        directory = StateDirectory.open(folder, flushed -> {
            flushes.incrementAndGet();
            if (failing) {
                throw new IOException("input/output error");
            }
        });
        store = await(ListenerStore.load(context, directory, event -> {}));
    }

    @AfterEach
    void close() throws Exception {
        directory.close();
        await(vertx.close());
    }

    private <T> T ask(Supplier<Future<T>> work) throws Exception {
        Promise<T> answer = Promise.promise();
        context.runOnContext(go -> work.get().onComplete(answer));
        return await(answer.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Throwable failure(Supplier<Future<Void>> work) {
        Throwable thrown = catchThrowable(() -> ask(work));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return thrown.getCause();
    }

    @Test
    void whatIsKeptAlreadyIsNotWrittenAgain() throws Exception {
        ask(() -> store.put(ONE));
        int before = flushes.get();

        ask(() -> store.put(ONE));
        ask(() -> store.remove("never"));

        assertThat(flushes).hasValue(before);
        assertThat(store.kept()).containsOnlyKeys("one").containsValue(ONE);
    }

    @Test
    void whatIsAskedForWhileFilesAreWrittenIsWrittenTogether() throws Exception {
        int before = flushes.get();
        List<Future<Void>> all = new ArrayList<>();

        ask(() -> {
            for (int i = 0; i < 100; i++) {
                all.add(store.put(stored("n" + i, 1)));
            }
            return Future.join(all);
        });

        assertThat(flushes.get() - before).isEqualTo(2);
        assertThat(await(ListenerStore.load(context, directory, event -> {})).kept())
                .isEqualTo(store.kept())
                .hasSize(100);
    }

    @Test
    void aChangeThatWasTakenBackNeedsNoWritingToBeSoAndTheNextIsWritten() throws Exception {
        ask(() -> store.put(ONE));
        failing = true;
        assertThat(failure(() -> store.put(stored("one", 2))))
                .hasMessage("listener \"one\" stays as it was, for the change cannot be kept in stateDirectory:"
                        + " input/output error");

        ask(() -> store.put(ONE));

        failing = false;
        ask(() -> store.put(stored("one", 2)));
        assertThat(await(ListenerStore.load(context, directory, event -> {})).kept())
                .containsValue(stored("one", 2));
    }

    @Test
    void whatMayHoldSomethingElseIsWrittenAgain() throws Exception {
        ask(() -> store.put(ONE));
        Path obstacle = folder.resolve(".one.json.tmp");
        Files.writeString(Files.createDirectory(obstacle).resolve("stays"), "");
        failing = true;
        assertThat(failure(() -> store.remove("one"))).hasMessageContaining("cannot be put back");
        assertThat(folder.resolve("one.json")).doesNotExist();
        Files.delete(obstacle.resolve("stays"));
        Files.delete(obstacle);
        failing = false;

        ask(() -> store.put(ONE));

        assertThat(folder.resolve("one.json")).hasContent(ONE.text());
    }
}
