package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.component.Component;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TcpServer;

/** What listeners do when something goes wrong that nobody asked for. */
class ListenersIT {
    private static final ListenerOptions ECHO =
            ListenerOptions.of("echo").host("127.0.0.1").port(0);

    private final Vertx vertx = Vertx.vertx();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private Context context;
    private final Protocols protocols = Protocols.found();
    private final Operations operations = new Operations(event -> {});
    private Listeners listeners;
    private String deployment;

    @BeforeEach
    void start() throws Exception {
        List<SchedulerVerticle> verticles = new CopyOnWriteArrayList<>();
        deployment = await(vertx.deployVerticle(
                () -> {
                    SchedulerVerticle verticle = new SchedulerVerticle(event -> {});
                    verticles.add(verticle);
                    return verticle;
                },
                new DeploymentOptions().setInstances(2)));
        List<Scheduler> schedulers =
                verticles.stream().map(SchedulerVerticle::scheduler).toList();
        context = vertx.getOrCreateContext();
        listeners = new Listeners(
                vertx,
                context,
                Loop.of(schedulers),
                protocols,
                Policy.defaults(),
                Certificates.none(vertx),
                operations,
                events::add);
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void aServerThatEndsUnaskedDegradesItsListenerAndTheLastOneFailsIt() throws Exception {
        ask(() -> listeners.put("echo", ECHO, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));
        AtomicBoolean one = new AtomicBoolean();

        end(server -> one.compareAndSet(false, true));

        Running.until("it is degraded", () -> changes().contains("degraded"));
        assertThat(changes()).containsExactly("listening", "degraded");
        assertThat(last().reason()).startsWith("the server has ended on 1 of 2 event loops");
        ask(() -> listeners.control("echo", ListenerCommand.SUSPEND, null, Expectation.NONE, new Trail()));
        ask(() -> listeners.control("echo", ListenerCommand.RESUME, null, Expectation.NONE, new Trail()));
        assertThat(changes()).containsExactly("listening", "degraded", "suspended", "degraded");

        end(server -> true);

        Running.until("it is failed", () -> changes().contains("failed"));
        assertThat(changes()).hasSize(5).endsWith("failed");
        assertThat(last().boundPort()).isEqualTo(-1);
        assertThat(ask(() -> listeners.control("echo", ListenerCommand.START, null, Expectation.NONE, new Trail()))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void anEventLoopThatStopsFailsNoListener() throws Exception {
        ask(() -> listeners.put("echo", ECHO, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));

        await(vertx.undeploy(deployment));

        Running.until("it is stopped", () -> changes().contains("stopped"));
        assertThat(changes()).containsExactly("listening", "stopped");
    }

    @Test
    void onAStoppedEventLoopAStartFailsAndTheNextHasItsTurn() throws Exception {
        await(vertx.undeploy(deployment));
        for (int i = 0; i < 2; i++) {
            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> ask(() -> listeners.put(
                                            "echo",
                                            ECHO,
                                            false,
                                            ManagedListener.Origin.API,
                                            Expectation.NONE,
                                            new Trail())))
                            .reason())
                    .isEqualTo(Reason.UNAVAILABLE);
        }
    }

    @Test
    void whatIsNotNewIsNotTold() throws Exception {
        Started started = ask(
                () -> listeners.put("echo", ECHO, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));
        ask(() -> listeners.control("echo", ListenerCommand.RESUME, null, Expectation.NONE, new Trail()));
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), started.view().boundPort())) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            ask(() -> listeners.control(
                    "echo", ListenerCommand.SERVER_SHUTDOWN, Duration.ofHours(1), Expectation.NONE, new Trail()));
            ask(() -> listeners.delete("echo", null, Expectation.NONE, new Trail()));
        }
        Running.until("it is stopped", () -> changes().contains("stopped"));

        assertThat(changes()).containsExactly("listening", "draining", "stopped");
    }

    @Test
    void afterAFailureThereIsOneNextTryAndNoneOnceItIsDeleted() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenerOptions options = ECHO.port(taken.getLocalPort());
            ask(() -> listeners.configured("echo", options, false, new Trail()));
            ManagedListener listener = listeners.find("echo");
            Long first = listener.retry;
            assertThat(first).isNotNull();

            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> ask(() -> listeners.control(
                                            "echo", ListenerCommand.START, null, Expectation.NONE, new Trail())))
                            .reason())
                    .isEqualTo(Reason.PORT_TAKEN);

            assertThat(listener.retry).isNotNull().isNotEqualTo(first);
            assertThat(vertx.cancelTimer(first)).isFalse();
            Long second = listener.retry;
            ask(() -> listeners.delete("echo", null, Expectation.NONE, new Trail()));
            assertThat(listener.retry).isNull();
            assertThat(vertx.cancelTimer(second)).isFalse();
        }
    }

    @Test
    void aListenerThatFailedListensWhenItsPortIsFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(Running.freePort(), 1, InetAddress.getLoopbackAddress())) {
            ask(() -> listeners.configured("echo", ECHO.port(taken.getLocalPort()), false, new Trail()));
        }
        Running.until("it is listening", () -> changes().contains("listening"));
        assertThat(changes()).containsExactly("failed", "listening");
    }

    @Test
    void aProtocolThatCannotServeFailsTheStartAndTheNextHasItsTurn() throws Exception {
        AtomicBoolean able = new AtomicBoolean();
        protocols.register(new Protocol() {
            @Override
            public String name() {
                return "picky";
            }

            @Override
            public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
                if (!able.get()) {
                    throw new IllegalStateException("no upstream for " + listener);
                }
                return Protocol.super.serve(listener, options);
            }

            @Override
            public Component open(ConnectionInfo connection, JsonObject options) {
                throw new UnsupportedOperationException();
            }
        });
        ListenerOptions options = ECHO.protocol("picky");

        ControlFailure failure = catchThrowableOfType(
                ControlFailure.class,
                () -> ask(() -> listeners.put(
                        "front", options, false, ManagedListener.Origin.API, Expectation.NONE, new Trail())));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure).hasMessageContaining("protocol picky cannot serve").hasMessageContaining("front");
        assertThat(listeners.all()).isEmpty();
        ask(() -> listeners.configured("front", options, false, new Trail()));
        assertThat(changes()).endsWith("failed");

        able.set(true);
        Running.until("it is listening", () -> changes().contains("listening"));
    }

    @Test
    void nobodyTakesTheNameOfAListenerThatTheConfigurationIsAboutToStart() throws Exception {
        ask(() -> {
            listeners.reserve(Set.of("echo"));
            return Future.succeededFuture();
        });

        ControlFailure failure = catchThrowableOfType(
                ControlFailure.class,
                () -> ask(() ->
                        listeners.put("echo", ECHO, false, ManagedListener.Origin.API, Expectation.NONE, new Trail())));
        assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
        ask(() -> listeners.configured("echo", ECHO, true, new Trail()));

        Started changed = ask(() -> listeners.put(
                "echo", ECHO.maxConnections(5), false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));
        assertThat(changed.created()).isFalse();
        assertThat(changed.view().origin()).isEqualTo("configuration");
    }

    @Test
    void whatIsAskedOfAKeptListenerWaitsUntilItHasStarted(@TempDir Path folder) throws Exception {
        List<StoredListener> stored = IntStream.range(0, 3000)
                .mapToObj(i -> new StoredListener("a-" + i, ECHO, Wanted.STOPPED))
                .collect(Collectors.toList());
        stored.add(new StoredListener("echo", ECHO, Wanted.RUNNING));
        stored.add(new StoredListener("overruled", ECHO, Wanted.RUNNING));
        for (StoredListener each : stored) {
            Files.writeString(folder.resolve(each.file()), each.text());
        }
        try (StateDirectory directory = StateDirectory.open(folder)) {
            ListenerStore store = await(ListenerStore.load(context, directory, events::add));
            ask(() -> {
                listeners.keepIn(store, Set.of("overruled"));
                return Future.succeededFuture();
            });
            assertThat(events)
                    .containsExactly(
                            new ListenerOverruled("overruled", folder.resolve(StateDirectory.file("overruled"))));
            assertThat(listeners.find("echo").state).isEqualTo(ListenerState.STARTING);
            events.clear();
            Promise<Object> patched = Promise.promise();
            ask(() -> {
                listeners
                        .patch("echo", new JsonObject().put("maxConnections", 3), false, Expectation.NONE, new Trail())
                        .onComplete(done -> patched.complete(events.size()));
                return Future.succeededFuture();
            });
            assertThat(patched.future().isComplete()).isFalse();

            ask(() -> listeners.startKept());

            assertThat(await(patched.future())).isEqualTo(3002);
            assertThat(changes()).startsWith("stopped").endsWith("listening", "listening");
        }
    }

    @Test
    void aProtocolThatIsMissingFailsAListenerThatIsNotRequiredUntilItIsThere() throws Exception {
        ask(() -> listeners.configured("late", ECHO.protocol("late"), false, new Trail()));
        assertThat(last().reason()).contains("\"late\" is unknown");

        protocols.register(Protocol.of("late", connection -> {
            throw new UnsupportedOperationException();
        }));

        Running.until("it is listening", () -> changes().contains("listening"));
    }

    /** Where changes are kept, on a device that takes its time once it is told to. */
    private static final class SlowDevice implements StateDirectory.Flush {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        volatile boolean slow;

        @Override
        public void directory(Path path) throws IOException {
            if (slow) {
                reached.countDown();
                try {
                    assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    /** Asked for while a cancelled delete is under way; waits until it is to be kept, too. */
    private interface Meanwhile {
        Future<Started> ask() throws Exception;
    }

    /** A delete whose last connection ends while its cancel is being written. */
    private ControlFailure cancelledWhileItEnds(Path folder, SlowDevice device, Meanwhile meanwhile) throws Exception {
        try (StateDirectory directory = StateDirectory.open(folder, device)) {
            ListenerStore store = await(ListenerStore.load(context, directory, events::add));
            ask(() -> {
                listeners.keepIn(store, Set.of());
                return Future.succeededFuture();
            });
            Started started = ask(() ->
                    listeners.put("echo", ECHO, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));
            Future<OperationView> cancelled;
            try (Socket client =
                    new Socket(InetAddress.getLoopbackAddress(), started.view().boundPort())) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
                OperationView delete =
                        ask(() -> listeners.delete("echo", Duration.ofHours(1), Expectation.NONE, new Trail()));
                assertThat(folder.resolve(StateDirectory.file("echo"))).doesNotExist();
                device.slow = true;
                Operation operation = operations.find(delete.id());
                cancelled = later(() -> operation.cancel().map(done -> operation.view()));
                assertThat(device.reached.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(operation.isRunning()).isTrue();
            }
            Running.until("it is gone", () -> changes().contains("stopped"));
            Future<Started> asked = meanwhile.ask();
            assertThat(cancelled.isComplete()).isFalse();
            device.goOn.countDown();
            ControlFailure refused = catchThrowableOfType(ControlFailure.class, () -> await(cancelled));
            await(asked);
            return refused;
        }
    }

    @Test
    void aDeleteThatEndsWhileItsCancelIsWrittenIsNotCancelledAndLeavesNothing(@TempDir Path folder) throws Exception {
        ControlFailure refused = cancelledWhileItEnds(folder, new SlowDevice(), Future::succeededFuture);

        assertThat(refused.reason()).isEqualTo(Reason.WRONG_STATE);
        assertThat(catchThrowableOfType(ControlFailure.class, () -> listeners.find("echo"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(folder.resolve(StateDirectory.file("echo"))).doesNotExist();
    }

    @Test
    void anotherListenerOfTheNameMadeMeanwhileIsKept(@TempDir Path folder) throws Exception {
        ControlFailure refused = cancelledWhileItEnds(folder, new SlowDevice(), () -> {
            ListenerOptions options = ECHO.maxConnections(5).port(Running.freePort());
            Future<Started> made = later(() ->
                    listeners.put("echo", options, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()));
            Running.until("it is bound", () -> isBound(options.port()));
            for (int i = 0; i < 20; i++) {
                ask(Future::succeededFuture); // and whoever bound it has said so
            }
            return made;
        });

        assertThat(refused.reason()).isEqualTo(Reason.WRONG_STATE);
        assertThat(listeners.find("echo").state).isEqualTo(ListenerState.LISTENING);
        assertThat(folder.resolve(StateDirectory.file("echo")))
                .content()
                .contains("\"maxConnections\" : 5", "\"wanted\" : \"running\"");
    }

    private static boolean isBound(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return client.isConnected();
        } catch (ConnectException notYet) {
            return false;
        }
    }

    // ---- how

    /** Ends those servers of the one listener that are still there. */
    private void end(java.util.function.Predicate<TcpServer> which) throws Exception {
        ask(() -> listeners.find("echo").runs().get(0).onEach(server -> {
            if (server.isActive() && which.test(server)) {
                server.scheduler().end(server);
            }
            return true;
        }));
    }

    private List<String> changes() {
        return events.stream()
                .map(each -> ((ListenerChanged) each).state().json())
                .toList();
    }

    private ListenerChanged last() {
        return (ListenerChanged) events.get(events.size() - 1);
    }

    private <T> T ask(Supplier<Future<T>> work) throws Exception {
        return await(later(work));
    }

    private <T> Future<T> later(Supplier<Future<T>> work) {
        Promise<T> answer = Promise.promise();
        context.runOnContext(go -> ListenerRun.attempt(work).onComplete(answer));
        return answer.future();
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ControlFailure failure) {
                throw failure;
            }
            throw e;
        }
    }
}
