package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;

/** What is changed of a listener while it does not listen. */
class StoppedListenerIT {

    @TempDir
    Path state;

    private final Vertx vertx = Vertx.vertx();
    private Kamaelia kamaelia;

    @BeforeEach
    void stopOne() {
        open();
        ListenerView unused = Running.await(kamaelia.control().put("echo", Running.on("echo"), false))
                .view();
        ListenerView unusedToo =
                Running.await(kamaelia.control().control("echo", ListenerCommand.SERVER_SHUTDOWN, Duration.ZERO));
        Running.until("it has stopped", () -> view().state() == ListenerState.STOPPED);
    }

    private void open() {
        kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(1).stateDirectory(state));
        Running.await(kamaelia.open());
    }

    @AfterEach
    void close() {
        Running.await(kamaelia.close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ListenerView view() {
        return Running.await(kamaelia.control().listener("echo"));
    }

    private ListenerView patch(JsonObject change, boolean restart) {
        return Running.await(kamaelia.control().patch("echo", change, restart));
    }

    @Test
    void aPatchStartsNothing() {
        String before = view().revision();

        ListenerView patched = patch(new JsonObject().put("maxConnections", 3), false);

        assertThat(patched.state()).isEqualTo(ListenerState.STOPPED);
        assertThat(patched.boundPort()).isEqualTo(-1);
        assertThat(patched.options().maxConnections()).isEqualTo(3);
        assertThat(patched.revision()).isNotEqualTo(before);
        assertThat(view()).isEqualTo(patched);
    }

    @Test
    void whatNeedsARestartElsewhereNeedsNoneAndALeaveForOneStartsNothingEither() {
        assertThat(patch(new JsonObject().put("backlog", 7), false).state()).isEqualTo(ListenerState.STOPPED);
        assertThat(patch(new JsonObject().put("backlog", 8), true).state()).isEqualTo(ListenerState.STOPPED);
        assertThat(view().options().backlog()).isEqualTo(8);
    }

    @Test
    void theNextStartIsWithTheNewOptions() throws Exception {
        patch(new JsonObject().put("maxConnections", 3).put("backlog", 7), false);

        ListenerView started = Running.await(kamaelia.control().control("echo", ListenerCommand.START, null));

        assertThat(started.state()).isEqualTo(ListenerState.LISTENING);
        assertThat(started.options().maxConnections()).isEqualTo(3);
        Running.connect(started.boundPort()).close();
    }

    @Test
    void aRestartOfTheProcessBringsItBackStoppedAndChanged() {
        ListenerView patched = patch(new JsonObject().put("maxConnections", 3), false);

        Running.await(kamaelia.close());
        open();

        assertThat(view().state()).isEqualTo(ListenerState.STOPPED);
        assertThat(view().revision()).isEqualTo(patched.revision());
        assertThat(view().options()).isEqualTo(patched.options());
    }

    @Test
    void whatNoListenerCouldBeginWithIsRefused() {
        ListenerView before = view();

        assertThat(catchThrowableOfType(
                                ControlFailure.class, () -> patch(new JsonObject().put("protocol", "ecco"), true))
                        .reason())
                .isEqualTo(Reason.INVALID);

        assertThat(view()).isEqualTo(before);
    }

    @Test
    void aPutStartsIt() {
        assertThat(Running.await(kamaelia.control()
                                .put("echo", Running.on("echo").maxConnections(5), false))
                        .view()
                        .state())
                .isEqualTo(ListenerState.LISTENING);
    }
}
