package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.ListenerOptions;

/** The policy is held against every way in which a listener could come to listen. */
class PolicyIT {
    private static final Policy POLICY = Policy.fromJson(new JsonObject("""
            {"hosts": ["127.0.0.1"], "protocols": ["echo", "relay"], "upstreams": ["127.0.0.1:1-65535"]}"""));

    private static final ListenerOptions INSIDE = Running.on("echo");
    private static final ListenerOptions OUTSIDE = Running.on("discard").host("127.0.0.2");

    @TempDir
    Path state;

    private final Vertx vertx = Vertx.vertx();
    private KamaeliaOptions options = new KamaeliaOptions().eventLoops(1).policy(POLICY);
    private Kamaelia kamaelia;

    @AfterEach
    void close() {
        Running.await(kamaelia.close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ControlPlane open() {
        kamaelia = Kamaelia.create(vertx, options);
        Running.await(kamaelia.open());
        return kamaelia.control();
    }

    private ControlPlane reopen(Policy policy) {
        Running.await(kamaelia.close());
        options = options.policy(policy);
        return open();
    }

    private ListenerView view(String name) {
        return Running.await(kamaelia.control().listener(name));
    }

    private static void refused(Future<?> change) {
        assertThat(catchThrowableOfType(ControlFailure.class, () -> Running.await(change))
                        .reason())
                .isEqualTo(Reason.NOT_ALLOWED);
    }

    private void stop(String name) {
        ListenerView unused =
                Running.await(kamaelia.control().control(name, ListenerCommand.SERVER_SHUTDOWN, Duration.ZERO));
        Running.until("it has stopped", () -> view(name).state() == ListenerState.STOPPED);
    }

    /** Each beyond the policy in one regard. */
    static Stream<JsonObject> beyond() {
        return Stream.of(
                new JsonObject().put("host", "127.0.0.2"),
                new JsonObject().put("protocol", "discard"),
                new JsonObject().put("port", 80),
                new JsonObject()
                        .put("port", 0)
                        .put("portRange", new JsonObject().put("min", 80).put("max", 8080)),
                new JsonObject().put("path", "/tmp/kamaelia.socket"),
                new JsonObject()
                        .put("protocol", "relay")
                        .put("protocolOptions", new JsonObject().put("upstreams", new JsonArray().add("10.0.0.1:80"))));
    }

    @ParameterizedTest
    @MethodSource("beyond")
    void neitherANewOneNorAChangedNorAStoppedOneGoesBeyondIt(JsonObject beyond) {
        ControlPlane control = open();
        JsonObject inside = new JsonObject().put("host", "127.0.0.1").put("protocol", "echo");
        JsonObject whole = inside.copy().mergeIn(beyond);
        if (whole.containsKey("path")) {
            whole.remove("host");
        }

        refused(control.put("new", ListenerOptions.fromJson(whole), false));
        assertThat(Running.await(control.listeners())).isEmpty();

        ListenerView made = Running.await(control.put("echo", INSIDE, false)).view();
        JsonObject patch = beyond.copy();
        if (patch.containsKey("path")) {
            patch.putNull("host");
        }
        refused(control.put("echo", ListenerOptions.fromJson(whole), true));
        refused(control.patch("echo", patch, true));
        refused(control.patch("echo", patch, false)); // rather than told that it takes a restart
        assertThat(view("echo")).isEqualTo(made);

        stop("echo");
        refused(control.patch("echo", patch, false));
        refused(control.put("echo", ListenerOptions.fromJson(whole), false));
        assertThat(view("echo").state()).isEqualTo(ListenerState.STOPPED);
        assertThat(view("echo").options()).isEqualTo(INSIDE);
    }

    @Test
    void whatTheConfigurationOpensBeyondItMayGoOnAndBeginAgain() {
        options = options.listener("own", OUTSIDE);
        ControlPlane control = open();

        assertThat(Running.await(control.patch("own", new JsonObject().put("maxConnections", 7), false))
                        .options()
                        .maxConnections())
                .isEqualTo(7);
        assertThat(Running.await(control.patch("own", new JsonObject().put("backlog", 7), true))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
        assertThat(Running.await(control.put("own", OUTSIDE.maxConnections(8), true))
                        .view()
                        .options()
                        .maxConnections())
                .isEqualTo(8);
        Running.await(control.control("own", ListenerCommand.SUSPEND, null));
        assertThat(Running.await(control.control("own", ListenerCommand.RESUME, null))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
        stop("own");
        assertThat(Running.await(control.control("own", ListenerCommand.START, null))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void theApiTakesAListenerOfTheConfigurationNowhereElseBeyondIt() {
        options = options.listener("own", OUTSIDE);
        ControlPlane control = open();

        refused(control.patch("own", new JsonObject().put("host", "127.0.0.3"), true));
        refused(control.patch("own", new JsonObject().put("protocol", "echo"), true));
        refused(control.put("own", OUTSIDE.port(80), true));
        assertThat(view("own").options()).isEqualTo(OUTSIDE);
        JsonObject inside = new JsonObject().put("host", "127.0.0.1").put("protocol", "echo");
        assertThat(Running.await(control.patch("own", inside, true)).state()).isEqualTo(ListenerState.LISTENING);

        stop("own");
        assertThat(Running.await(control.put("own", OUTSIDE, false)).view().state())
                .as("back to what the configuration says")
                .isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void theEmbedderMayGoBeyondItAndWhatItMadeMayBeginAgain() {
        open();
        Running.await(kamaelia.start("own", INSIDE));
        stop("own");
        Running.await(kamaelia.start("own", OUTSIDE));
        stop("own");

        ControlPlane control = kamaelia.control();
        assertThat(Running.await(control.control("own", ListenerCommand.START, null))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
        refused(control.patch("own", new JsonObject().put("host", "127.0.0.3"), true));
    }

    @Test
    void upstreamsAreBoundWhoeverAsks() {
        JsonObject inside = new JsonObject().put("upstreams", new JsonArray().add("127.0.0.1:9"));
        JsonObject outside = new JsonObject().put("upstreams", new JsonArray().add("10.0.0.1:9"));
        ListenerOptions relay = Running.on("relay").protocolOptions(inside);
        options = options.listener("relay", relay);
        ControlPlane control = open();

        refused(control.patch("relay", new JsonObject().put("protocolOptions", outside), true));
        refused(kamaelia.start("other", relay.protocolOptions(outside)));
        stop("relay");
        refused(control.patch("relay", new JsonObject().put("protocolOptions", outside), false));
        refused(kamaelia.start("relay", relay.protocolOptions(outside)));
        assertThat(Running.await(control.control("relay", ListenerCommand.START, null))
                        .state())
                .isEqualTo(ListenerState.LISTENING);
    }

    @Test
    void whatWasKeptUnderAnotherPolicyNeitherComesBackNorIsStartedOrResumed() {
        options = options.stateDirectory(state);
        ControlPlane control = open();
        for (String name : List.of("runs", "suspended", "stopped")) {
            Running.await(control.put(name, INSIDE, false));
        }
        Running.await(control.control("suspended", ListenerCommand.SUSPEND, null));
        stop("stopped");

        control = reopen(Policy.fromJson(new JsonObject("{\"hosts\": [\"127.0.0.9\"]}")));

        for (String name : List.of("runs", "suspended")) {
            assertThat(view(name).state()).isEqualTo(ListenerState.FAILED);
            assertThat(view(name).reason()).contains("outside the policy");
            refused(control.control(name, ListenerCommand.START, null));
            refused(control.put(name, INSIDE, false));
            assertThat(catchThrowableOfType(
                                    ControlFailure.class,
                                    () -> Running.await(kamaelia.control().control(name, ListenerCommand.RESUME, null)))
                            .reason())
                    .isEqualTo(Reason.WRONG_STATE);
        }
        assertThat(view("stopped").state()).isEqualTo(ListenerState.STOPPED);
        refused(control.control("stopped", ListenerCommand.START, null));
        assertThat(view("stopped").state()).isEqualTo(ListenerState.STOPPED);
    }
}
