package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.component.Component;
import org.kamaelia.component.Reactor;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.Policy;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;

/** Listeners that outlive the Kamaelia that they were made in. */
class StateIT {
    private static final ListenerOptions ECHO = Running.on("echo");

    /** For documentation only (RFC 5737): no host has it. */
    private static final String NOBODYS_ADDRESS = "192.0.2.1";

    @TempDir
    Path state;

    private final Vertx vertx = Vertx.vertx();
    private KamaeliaOptions options = new KamaeliaOptions().eventLoops(2);
    private Kamaelia kamaelia;

    @AfterEach
    void close() {
        Running.await(kamaelia.close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ControlPlane open() {
        kamaelia = Kamaelia.create(vertx, options.stateDirectory(state));
        Running.await(kamaelia.open());
        return kamaelia.control();
    }

    private ControlPlane reopen() {
        Running.await(kamaelia.close());
        return open();
    }

    private static <T> T done(Future<T> future) {
        return Running.await(future);
    }

    private ControlFailure refused(Future<?> future) {
        return catchThrowableOfType(ControlFailure.class, () -> Running.await(future));
    }

    private ListenerView put(String name, ListenerOptions wanted) {
        return done(kamaelia.control().put(name, wanted, true)).view();
    }

    private ListenerView view(String name) {
        return done(kamaelia.control().listener(name));
    }

    private void tell(String name, ListenerCommand command) {
        ListenerView unused = done(kamaelia.control().control(name, command, Duration.ZERO));
    }

    /** What is listed: name, revision and state. */
    private Map<String, String> listed() {
        Map<String, String> listed = new TreeMap<>();
        done(kamaelia.control().listeners())
                .forEach(each -> listed.put(
                        each.name(), each.revision() + " " + each.state().json()));
        return listed;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> entries = Files.list(state)) {
            return entries.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** From now on nothing can be written of this listener. */
    private void block(String file) throws IOException {
        Files.writeString(
                Files.createDirectory(state.resolve("." + file + ".tmp")).resolve("stays"), "");
    }

    private void unblock(String file) throws IOException {
        Files.delete(state.resolve("." + file + ".tmp").resolve("stays"));
        Files.delete(state.resolve("." + file + ".tmp"));
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
    }

    private static boolean answers(int port) throws IOException {
        try (Socket client = Running.connect(port)) {
            client.getOutputStream().write('x');
            return client.getInputStream().read() == 'x';
        }
    }

    @Test
    void aListenerWhoseDeleteWasCancelledComesBackStopped() throws Exception {
        ControlPlane control = open();
        try (Socket client = Running.connect(put("kept", ECHO).boundPort())) {
            assertEchoes(client);
            String delete = done(control.delete("kept", Duration.ofHours(1))).id();
            assertThat(files()).noneMatch(file -> file.contains("kept"));

            assertThat(done(control.cancel(delete)).state()).isEqualTo("cancelled");
            assertEchoes(client);
        }

        reopen();

        assertThat(view("kept").state()).isEqualTo(ListenerState.STOPPED);
    }

    @Test
    void aDeleteWhoseCancelCannotBeKeptGoesOn() throws Exception {
        ControlPlane control = open();
        try (Socket client = Running.connect(put("kept", ECHO).boundPort())) {
            assertEchoes(client);
            String delete = done(control.delete("kept", Duration.ofHours(1))).id();
            block("kept.json");

            assertThat(refused(control.cancel(delete)).reason()).isEqualTo(Reason.NOT_STORED);
            assertThat(view("kept").state()).isEqualTo(ListenerState.DRAINING);
            assertThat(done(control.operation(delete)).state()).isEqualTo("running");
        }
        Running.until("it is forgotten", () -> listed().isEmpty());
        unblock("kept.json");
    }

    @Test
    void listenersOfTheApiComeBackAsTheyWereAnsweredLast() throws Exception {
        open();
        put("runs", ECHO.port(Running.freePort()).maxConnections(3));
        put("Runs", ECHO.protocol("lines").protocolOptions(new JsonObject().put("maxLength", 100)));
        done(kamaelia.control().patch("runs", new JsonObject().put("idleTimeout", "5m"), false));
        put("suspended", ECHO);
        tell("suspended", ListenerCommand.SUSPEND);
        put("stopped", ECHO);
        tell("stopped", ListenerCommand.SERVER_SHUTDOWN);
        put("started", ECHO);
        tell("started", ListenerCommand.SERVER_SHUTDOWN);
        Running.until("it has stopped", () -> view("started").state() == ListenerState.STOPPED);
        tell("started", ListenerCommand.START);
        put("resumed", ECHO);
        tell("resumed", ListenerCommand.SUSPEND);
        tell("resumed", ListenerCommand.RESUME);
        put("deleted", ECHO);
        done(kamaelia.control().delete("deleted", null));
        Running.until(
                "nothing drains",
                () -> listed().size() == 6 && listed().values().stream().noneMatch(each -> each.endsWith("draining")));
        Map<String, String> before = listed();
        assertThat(before.values().stream().map(each -> each.replaceAll(".* ", "")))
                .containsExactlyInAnyOrder("listening", "listening", "suspended", "stopped", "listening", "listening");
        ListenerView runs = view("runs");

        reopen();

        assertThat(listed()).isEqualTo(before);
        assertThat(view("runs").options()).isEqualTo(runs.options());
        assertThat(view("runs").origin()).isEqualTo("api");
        assertThat(view("runs").modified()).isFalse();
        assertThat(answers(view("runs").boundPort())).isTrue();
        tell("stopped", ListenerCommand.START);
        tell("suspended", ListenerCommand.RESUME);
        assertThat(answers(view("stopped").boundPort())).isTrue();
        assertThat(answers(view("suspended").boundPort())).isTrue();
    }

    @Test
    void whatIsDrainingIsStoppedOrForgottenAlready() throws Exception {
        open();
        for (String name : List.of("stopped", "deleted")) {
            put(name, ECHO.drainTimeout(Duration.ofHours(1)));
        }
        try (Socket one = Running.connect(view("stopped").boundPort());
                Socket two = Running.connect(view("deleted").boundPort())) {
            one.getOutputStream().write(1);
            two.getOutputStream().write(1);
            assertThat(one.getInputStream().read() + two.getInputStream().read())
                    .isEqualTo(2);
            done(kamaelia.control().control("stopped", ListenerCommand.SERVER_SHUTDOWN, null));
            done(kamaelia.control().delete("deleted", null));
            done(kamaelia.control().control("deleted", ListenerCommand.SERVER_SHUTDOWN, null));
            assertThat(listed().values()).hasSize(2).allMatch(each -> each.endsWith("draining"));

            reopen();
        }
        assertThat(listed()).containsOnlyKeys("stopped");
        assertThat(view("stopped").state()).isEqualTo(ListenerState.STOPPED);
    }

    @Test
    void theProcessesOwnEndStopsNoListenerForGood() {
        open();
        put("echo", ECHO);
        done(kamaelia.shutdown());

        open();

        assertThat(view("echo").state()).isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void theConfigurationsListenersAreNotKept() throws Exception {
        options = options.listener("echo", ECHO);
        open();
        done(kamaelia.control().patch("echo", new JsonObject().put("maxConnections", 3), false));
        assertThat(view("echo").modified()).isTrue();
        tell("echo", ListenerCommand.SUSPEND);
        assertThat(files()).containsExactly("lock");

        reopen();

        assertThat(view("echo").modified()).isFalse();
        assertThat(view("echo").state()).isEqualTo(ListenerState.LISTENING);
        done(kamaelia.control().delete("echo", Duration.ZERO));

        reopen();

        assertThat(view("echo").state()).isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void onOneNameTheConfigurationWinsAndWhatIsKeptWaits() throws Exception {
        open();
        put("echo", ECHO.maxConnections(3));
        options = options.listener("echo", ECHO.maxConnections(4));

        reopen();

        assertThat(view("echo").origin()).isEqualTo("configuration");
        assertThat(view("echo").options().maxConnections()).isEqualTo(4);
        options = options.listeners(List.of());

        reopen();

        assertThat(view("echo").options().maxConnections()).isEqualTo(3);
        options = options.listener("echo", ECHO);

        reopen();

        done(kamaelia.control().delete("echo", Duration.ZERO));
        options = options.listeners(List.of());

        reopen();

        assertThat(listed()).isEmpty();
    }

    @Test
    void aKeptListenerWhosePortIsTakenFailsAndIsTriedAgain() throws Exception {
        int port = Running.freePort();
        open();
        put("echo", ECHO.port(port));
        put("other", ECHO);
        tell("echo", ListenerCommand.SUSPEND);
        Running.await(kamaelia.close());
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            open();
            assertThat(taken.isBound()).isTrue();
            assertThat(view("echo").state()).isEqualTo(ListenerState.FAILED);
            assertThat(view("echo").reason()).contains("is taken");
            assertThat(view("other").state()).isEqualTo(ListenerState.LISTENING);
        }
        Running.until("it is suspended again", () -> view("echo").state() == ListenerState.SUSPENDED);
    }

    @Test
    void whatThePolicyNoLongerAllowsIsNotStarted() {
        open();
        put("echo", ECHO.portRange(new PortRange(20000, 30000)));
        options = options.policy(Policy.fromJson(new JsonObject("{\"ports\": [\"7000-7999\"]}")));

        reopen();

        assertThat(view("echo").state()).isEqualTo(ListenerState.FAILED);
        assertThat(view("echo").reason()).contains("outside the policy");
    }

    @Test
    void aFileThatIsNotWhatWasWrittenIsSetAsideAndTheOthersStart() throws Exception {
        open();
        put("good", ECHO);
        put("torn", ECHO);
        Running.await(kamaelia.close());
        String text = Files.readString(state.resolve("torn.json"));
        Files.writeString(state.resolve("torn.json"), text.substring(0, text.length() / 2));

        open();

        assertThat(listed()).containsOnlyKeys("good");
        String aside = files().stream()
                .filter(each -> each.startsWith("torn.json.corrupt-"))
                .findFirst()
                .orElseThrow();
        assertThat(state.resolve(aside)).hasContent(text.substring(0, text.length() / 2));
        put("torn", ECHO);
        assertThat(reopen().listeners()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get())
                .hasSize(2);
    }

    @Test
    void whatCannotBeKeptIsRefusedAndNotMade() throws Exception {
        int port = Running.freePort();
        int other = Running.freePort();
        ControlPlane control = open();
        block("new.json");
        ControlFailure refused = refused(control.put("new", ECHO.port(port), false));
        assertThat(refused.reason()).isEqualTo(Reason.NOT_STORED);
        assertThat(refused.message()).contains("\"new\"").contains("stateDirectory");
        assertThat(listed()).isEmpty();

        put("echo", ECHO.port(port));
        Map<String, String> before = listed();
        block("echo.json");

        assertThat(List.of(
                        refused(control.patch("echo", new JsonObject().put("maxConnections", 9), false)),
                        refused(control.put("echo", ECHO.port(other), true)),
                        refused(control.put("echo", ECHO.port(port).backlog(7), true)),
                        refused(control.control("echo", ListenerCommand.SUSPEND, null)),
                        refused(control.control("echo", ListenerCommand.SERVER_SHUTDOWN, null))))
                .allSatisfy(each -> assertThat(each.reason()).isEqualTo(Reason.NOT_STORED));

        assertThat(listed()).isEqualTo(before);
        assertThat(view("echo").options()).isEqualTo(ECHO.port(port));
        assertThat(answers(port)).isTrue();
        try (ServerSocket free = new ServerSocket(other, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
        unblock("echo.json");
        unblock("new.json");
        reopen();
        assertThat(listed()).isEqualTo(before);
    }

    @Test
    void aRestartThatCannotBeKeptLeavesTheConnectionsAlone() throws Exception {
        ControlPlane control = open();
        put("echo", ECHO.port(Running.freePort()).drainTimeout(Duration.ZERO));
        try (Socket client = Running.connect(view("echo").boundPort())) {
            assertEchoes(client);
            Map<String, String> before = listed();
            block("echo.json");

            assertThat(refused(control.patch("echo", new JsonObject().put("backlog", 7), true))
                            .reason())
                    .isEqualTo(Reason.NOT_STORED);

            assertThat(done(kamaelia.connections(ConnectionQuery.all())).items())
                    .singleElement()
                    .extracting(ConnectionView::state)
                    .isEqualTo("open");
            assertEchoes(client);
            assertThat(listed()).isEqualTo(before);

            unblock("echo.json");
            assertThat(done(control.patch("echo", new JsonObject().put("backlog", 7), true))
                            .options()
                            .backlog())
                    .isEqualTo(7);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aRestartThatTurnsOutImpossibleIsNotKept() throws Exception {
        ControlPlane control = open();
        put("echo", ECHO.port(Running.freePort()));
        Map<String, String> before = listed();

        assertThat(refused(control.patch("echo", new JsonObject().put("host", NOBODYS_ADDRESS), true))
                        .reason())
                .isEqualTo(Reason.CANNOT_BIND);

        assertThat(listed()).isEqualTo(before);
        assertThat(answers(view("echo").boundPort())).isTrue();
        reopen();
        assertThat(listed()).isEqualTo(before);
    }

    @Test
    void aChangeThatIsNeitherMadeNorTakenOutOfTheDirectoryIsToldSo() throws Exception {
        AtomicInteger served = new AtomicInteger();
        ControlPlane control = open();
        kamaelia.protocol(new Protocol() {
            @Override
            public String name() {
                return "watched";
            }

            @Override
            public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
                if (served.incrementAndGet() == 3) { // as before, after the change
                    try {
                        block("watched.json");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return connection -> new Reactor() {};
            }

            @Override
            public Component open(ConnectionInfo connection, JsonObject options) {
                throw new UnsupportedOperationException();
            }
        });
        put("watched", ECHO.protocol("watched").port(Running.freePort()));

        ControlFailure refused = refused(control.patch("watched", new JsonObject().put("host", NOBODYS_ADDRESS), true));

        assertThat(refused.reason()).isEqualTo(Reason.NOT_STORED);
        assertThat(refused.message())
                .contains("has its old options again", "cannot listen on", "brings the change back");
        assertThat(view("watched").options().host()).isEqualTo("127.0.0.1");
        assertThat(view("watched").state()).isEqualTo(ListenerState.LISTENING);
        Running.connect(view("watched").boundPort()).close();
        unblock("watched.json");
    }

    @Test
    void aStoppedListenerThatCannotBeKeptAsStartedStaysStopped() throws Exception {
        ControlPlane control = open();
        put("echo", ECHO);
        tell("echo", ListenerCommand.SERVER_SHUTDOWN);
        Running.until("it has stopped", () -> view("echo").state() == ListenerState.STOPPED);
        block("echo.json");

        assertThat(refused(control.control("echo", ListenerCommand.START, null)).reason())
                .isEqualTo(Reason.NOT_STORED);
        assertThat(view("echo").state()).isEqualTo(ListenerState.STOPPED);

        unblock("echo.json");
        tell("echo", ListenerCommand.START);
        assertThat(answers(view("echo").boundPort())).isTrue();
    }

    @Test
    void aFileThatCannotBeRemovedKeepsItsListener() throws Exception {
        ControlPlane control = open();
        put("echo", ECHO);
        Files.delete(state.resolve("echo.json"));
        Files.writeString(Files.createDirectory(state.resolve("echo.json")).resolve("stays"), "");

        assertThat(refused(control.delete("echo", null)).reason()).isEqualTo(Reason.NOT_STORED);

        assertThat(answers(view("echo").boundPort())).isTrue();
        Files.delete(state.resolve("echo.json").resolve("stays"));
        done(control.delete("echo", null));
        reopen();
        assertThat(listed()).isEmpty();
    }

    @Test
    void manyChangesAtATimeAreAllKept() throws Exception {
        ControlPlane control = open();
        done(Future.join(IntStream.range(0, 200)
                .mapToObj(i -> control.put("echo-" + i, ECHO, false)
                        .compose(put -> Future.join(
                                control.patch("echo-" + i, new JsonObject().put("maxConnections", i + 1), false),
                                control.patch("echo-" + i, new JsonObject().put("acceptRate", i + 1), false)))
                        .compose(patched ->
                                i % 5 == 0 ? control.delete("echo-" + i, null).mapEmpty() : Future.succeededFuture()))
                .toList()));
        Running.until("the deleted are gone", () -> listed().size() == 160);
        Map<String, String> before = listed();

        reopen();

        assertThat(listed()).isEqualTo(before);
        assertThat(view("echo-7").options()).isEqualTo(ECHO.maxConnections(8).acceptRate(8));
        assertThat(files()).hasSize(161);
    }
}
