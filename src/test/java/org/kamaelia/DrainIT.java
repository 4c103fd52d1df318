package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.OperationView;

/** A listener that is shut down lets its connections come to their ends, for a while. */
@ParameterizedClass
@EnumSource(Transport.class)
class DrainIT {
    private static final int MIB = 1 << 20;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofHours(1);

    @Parameter
    Transport transport;

    private Running running;

    /** The event loops that handlers were made on. */
    private final Set<Thread> loops = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    /** Echoes, says '!' when its server drains, and shuts that down when it gets a 0. */
    private static final class Attentive extends Reactor {
        Attentive() {
            this(null);
        }

        Attentive(@Nullable Duration drainTimeout) {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            Outbox<Signal> server = addOutbox("serversignal", Signal.class);
            on(in, out, bytes -> {
                if (bytes.getByte(0) == 0) {
                    server.send(new ServerShutdown(drainTimeout, null, "a client's wish"));
                } else {
                    out.send(bytes);
                }
            });
            on(control(), signal -> {
                if (signal instanceof ServerDraining) {
                    out.send(Buffer.buffer("!"));
                } else if (signal instanceof ProducerFinished || signal instanceof ShutdownMicroprocess) {
                    signal().send(signal);
                    finish();
                }
            });
        }
    }

    private Listener attentive(Duration drainTimeout) {
        return running.start(
                "attentive",
                connection -> {
                    loops.add(Thread.currentThread());
                    return new Attentive();
                },
                Running.on("attentive").drainTimeout(drainTimeout));
    }

    @Test
    void connectionsGoOnAndHandlersKnow() throws Exception {
        Listener listener = attentive(LONG);
        try (Socket one = Running.connect(listener);
                Socket other = Running.connect(listener)) {
            assertEchoes(one);
            assertEchoes(other);
            assertThat(loops).hasSize(2);

            Running.await(listener.stop(null));

            assertThat(state()).isEqualTo(ListenerState.DRAINING);
            assertThat(one.getInputStream().read()).isEqualTo('!');
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertEchoes(one);
            assertEchoes(other);
            OperationView drain = operations().get(0);
            assertThat(drain.kind()).isEqualTo("drain");
            assertThat(drain.state()).isEqualTo("running");
            assertThat(drain.total()).isEqualTo(2);
            String id = running.idOf(one);
            assertThat(running.view(id).state()).isEqualTo("draining");
            one.shutdownOutput();
            assertThat(Running.endOf(one)).isEqualTo(Running.End.FIN);
            assertThat(running.ended(id).closeCause()).isEqualTo("peer-closed");
            Running.until(
                    "it is counted",
                    () -> Running.await(running.control().operation(drain.id())).done() == 1);
            assertEchoes(other);
        }
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);
        assertThat(operations().get(0).state()).isEqualTo("done");
    }

    @Test
    void afterDrainTimeoutTheInputOfThoseLeftIsEnded() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            assertEchoes(client);

            Running.await(listener.stop(SHORT));

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Running.hangUp(client);
            assertThat(running.ended(id).closeCause()).isEqualTo("drained");
            assertThat(running.ended(id).unsentBytes()).isZero();
        }
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
    }

    @Test
    void afterCloseTimeoutThoseThatAreStillThereAreAborted() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(16 * MIB),
                Running.on("sending").drainTimeout(SHORT).closeTimeout(SHORT));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);

            Running.await(listener.stop(null));

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("aborted");
            assertThat(ended.closeDetail()).isEqualTo("drained, then the drain was over");
            assertThat(ended.unsentBytes()).isPositive();
            assertThat(Duration.between(ended.openedAt(), ended.closedAt())).isGreaterThan(SHORT.multipliedBy(2));
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
        }
        Running.until("it has stopped", () -> state("sending") == ListenerState.STOPPED);
    }

    @Test
    void whoHasAllAndDoesNotHangUpIsClosedWithoutAResetWhenTheDrainIsOver() throws Exception {
        Listener listener = running.start(Running.on("echo").drainTimeout(SHORT).closeTimeout(SHORT));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            client.getOutputStream().write(7);

            Running.await(listener.stop(null));

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("drained");
            assertThat(ended.closeDetail()).isEqualTo("the peer did not end its side before the drain was over");
            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
    }

    @Test
    void theDrainTimeoutThatComesWithARestartHoldsForTheConnectionsOfBefore() throws Exception {
        Listener listener =
                running.start(Running.on("echo").port(Running.freePort()).drainTimeout(LONG));
        for (String change : List.of("backlog", "port")) {
            try (Socket client = Running.connect(listener)) {
                assertEchoes(client);
                JsonObject patch = new JsonObject().put("drainTimeout", "0s");
                patch.put(change, change.equals("port") ? Running.freePort() : 77);

                Running.await(running.control().patch("echo", patch, true));

                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            Running.await(running.control().patch("echo", new JsonObject().put("drainTimeout", "1h"), false));
        }
    }

    @Test
    void aHandlerThatObeysNobodyIsEndedToo() throws Exception {
        List<Silent> handlers = new ArrayList<>();
        Listener listener = running.start(
                "silent",
                connection -> {
                    Silent handler = new Silent();
                    synchronized (handlers) {
                        handlers.add(handler);
                    }
                    return handler;
                },
                Running.on("silent").closeTimeout(SHORT));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);

            Running.await(listener.stop(Duration.ZERO));

            assertThat(running.ended(id).closeCause()).isEqualTo("aborted");
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
        }
        Running.until("it has stopped", () -> state("silent") == ListenerState.STOPPED);
        assertThat(handlers)
                .singleElement()
                .satisfies(handler -> assertThat(handler.hasEnded()).isTrue());
    }

    @Test
    void aHandlersWishShutsTheListenerDownOnAllEventLoops() throws Exception {
        Listener listener = attentive(LONG);
        try (Socket one = Running.connect(listener);
                Socket other = Running.connect(listener)) {
            assertEchoes(one);
            assertEchoes(other);
            assertThat(loops).hasSize(2);

            one.getOutputStream().write(0);

            assertThat(one.getInputStream().read()).isEqualTo('!');
            assertThat(other.getInputStream().read()).isEqualTo('!');
            Running.until("it drains", () -> state() == ListenerState.DRAINING);
            Running.until("the port is closed", () -> isRefused(listener));
            assertEchoes(one);
            assertEchoes(other);
        }
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);
    }

    @Test
    void aSecondShutdownCanOnlyMakeTheDrainShorter() throws Exception {
        Listener listener = attentive(LONG);
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(listener.stop(Duration.ofMinutes(1)));
            Running.await(listener.stop(LONG));
            assertThat(client.getInputStream().read()).isEqualTo('!');
            assertEchoes(client);

            Running.await(listener.stop(Duration.ZERO));

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);
        assertThat(operations())
                .singleElement()
                .satisfies(drain -> assertThat(drain.state()).isEqualTo("done"));
    }

    @Test
    void whenADrainIsCancelledThoseThatAreLeftMayGoOn() throws Exception {
        Listener listener = attentive(LONG);
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(listener.stop(Duration.ofSeconds(3)));
            OperationView drain = operations().get(0);

            assertThat(Running.await(running.control().cancel(drain.id())).state())
                    .isEqualTo("cancelled");

            assertThat(client.getInputStream().read()).isEqualTo('!');
            long end = System.nanoTime() + Duration.ofMillis(3_500).toNanos();
            while (System.nanoTime() < end) {
                assertEchoes(client);
            }
            assertThat(state()).isEqualTo(ListenerState.STOPPED);
            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> Running.await(running.control().cancel(drain.id())))
                            .reason())
                    .isEqualTo(ControlFailure.Reason.WRONG_STATE);

            // Asked again it drains again.
            Running.await(running.control().control("attentive", ListenerCommand.SERVER_SHUTDOWN, Duration.ZERO));
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Running.until("it has stopped", () -> state() == ListenerState.STOPPED);
    }

    @Test
    void aDrainThatWasNotMadeLongerIsPastItsEndForCancelToo() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(listener.stop(SHORT));
            Running.await(listener.stop(LONG));
            String drain = operations().get(0).id();

            assertThat(client.getInputStream().read()).isEqualTo(-1);

            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> Running.await(running.control().cancel(drain)))
                            .message())
                    .contains("past its drainTimeout");
        }
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
    }

    @Test
    void aHandlersOwnDrainTimeoutIsTheOneThatIsTold() throws Exception {
        Listener listener = running.start(
                "hasty",
                connection -> new Attentive(Duration.ofMinutes(1)),
                Running.on("hasty").drainTimeout(SHORT));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            client.getOutputStream().write(0);
            assertThat(client.getInputStream().read()).isEqualTo('!');
            Running.until("it drains", () -> state("hasty") == ListenerState.DRAINING);

            ControlFailure refused = catchThrowableOfType(
                    ControlFailure.class,
                    () -> Running.await(running.control().control("hasty", ListenerCommand.START, null)));

            assertThat(refused.retryAfter()).isGreaterThan(Duration.ofSeconds(30));
        }
        Running.until("it has stopped", () -> state("hasty") == ListenerState.STOPPED);
    }

    @Test
    void aCancelledDrainCountsNoConnectionsOfLater() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(listener.stop(LONG));
            String drain = operations().get(0).id();
            assertThat(Running.await(running.control().cancel(drain)).done()).isZero();
        }
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);

        assertThat(Running.await(running.control().operation(drainOf("echo"))).done())
                .isZero();
    }

    private String drainOf(String name) {
        return operations().stream()
                .filter(each -> each.target().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void theServersEndAlsoWaitsForThoseThatARestartLeft() throws Exception {
        running.close();
        running = new Running(
                transport,
                new KamaeliaOptions().eventLoops(2).shutdown(new ShutdownOptions(Duration.ZERO, LONG, LONG)));
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(running.control()
                    .put("echo", Running.on("echo").port(listener.port()).backlog(7), true));
            Running.await(running.control().control("echo", ListenerCommand.SERVER_SHUTDOWN, LONG));

            io.vertx.core.Future<Void> stopped = running.kamaelia.shutdown();

            assertEchoes(client);
            assertThat(state("echo")).isEqualTo(ListenerState.DRAINING);
            client.shutdownOutput();
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            Running.await(stopped);
        }
    }

    @Test
    void theServersEndTakesNoLongerThanItsOptionsSay() throws Exception {
        running.close();
        ShutdownOptions options = new ShutdownOptions(SHORT, SHORT, SHORT);
        running = new Running(transport, new KamaeliaOptions().eventLoops(2).shutdown(options));
        // Neither its handler nor a closeTimeout of its own, in force already, may keep the process.
        Listener listener = running.start(
                "silent", connection -> new Silent(), Running.on("silent").closeTimeout(LONG));
        try (Socket client = Running.connect(listener)) {
            assertThat(running.idOf(client)).isNotEmpty();
            Running.await(listener.stop(Duration.ZERO));

            long start = System.nanoTime();
            Running.await(running.kamaelia.shutdown());

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("what is to come within %s, and how long a busy machine may take for it", options.total())
                    .isLessThan(options.total().plusSeconds(10));
        }
    }

    @Test
    void theServersEndDrainsEveryListener() throws Exception {
        running.close();
        running = new Running(
                transport,
                new KamaeliaOptions()
                        .eventLoops(2)
                        .shutdown(new ShutdownOptions(Duration.ZERO, SHORT, Duration.ofSeconds(10))));
        Listener listener = attentive(LONG);
        Listener echo = running.start(Running.on("echo"));
        try (Socket one = Running.connect(listener);
                Socket other = Running.connect(echo)) {
            assertEchoes(one);
            assertEchoes(other);

            io.vertx.core.Future<Void> stopped = running.kamaelia.shutdown();

            assertThat(one.getInputStream().read()).isEqualTo('!');
            assertThat(one.getInputStream().read()).isEqualTo(-1);
            assertThat(other.getInputStream().read()).isEqualTo(-1);
            Running.hangUp(one);
            Running.hangUp(other);
            Running.await(stopped);
        }
    }

    private List<OperationView> operations() {
        return Running.await(running.control().operations());
    }

    private ListenerState state() {
        return state("attentive");
    }

    private ListenerState state(String name) {
        return Running.await(running.control().listener(name)).state();
    }

    private static boolean isRefused(Listener listener) throws IOException {
        try (Socket late = Running.connect(listener)) {
            return !late.isConnected();
        } catch (SocketException refusedOrReset) {
            return true;
        }
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
