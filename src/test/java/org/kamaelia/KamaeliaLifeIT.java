package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.ListenerOptions;

/** A Kamaelia is opened once and ended once, in whatever order that is asked for. */
class KamaeliaLifeIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Running.await(vertx.close());
    }

    @Test
    void whatIsClosedWhileItOpensServesNobody() throws Exception {
        assertEndsWhileItOpens(Kamaelia::close);
    }

    @Test
    void whatIsShutDownWhileItOpensServesNobody() throws Exception {
        assertEndsWhileItOpens(Kamaelia::shutdown);
    }

    private void assertEndsWhileItOpens(java.util.function.Function<Kamaelia, Future<Void>> end) throws Exception {
        int port = Running.freePort();
        Kamaelia kamaelia = Kamaelia.create(
                vertx,
                new KamaeliaOptions()
                        .eventLoops(2)
                        .listener("echo", Running.on("echo").port(port)));
        Future<Kamaelia> opening = kamaelia.open();

        Running.await(end.apply(kamaelia));

        assertThat(opening.isComplete()).isTrue();
        assertThat(vertx.deploymentIDs()).isEmpty();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Running.connect(port).close());
    }

    @Test
    void nothingIsStartedOnceItIsClosed() {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2));
        Running.await(kamaelia.open());
        Running.await(kamaelia.close());

        assertUnavailable(kamaelia.open());
        assertUnavailable(kamaelia.start(Running.on("echo")));
        assertUnavailable(kamaelia.control().put("echo", Running.on("echo"), false));
        assertThat(vertx.deploymentIDs()).isEmpty();
    }

    @Test
    void whoAsksTooEarlyForTheOperationsIsToldWhatToDo() {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2));
        assertThatIllegalStateException().isThrownBy(kamaelia::control).withMessageContaining("was not called");

        Promise<Kamaelia> opened = Promise.promise();
        Promise<String> tooEarly = Promise.promise();
        vertx.runOnContext(go -> {
            kamaelia.open().onComplete(opened);
            // Nothing else runs on this context before the end of this.
            tooEarly.complete(catchThrowable(kamaelia::control).getMessage());
        });
        assertThat(Running.await(tooEarly.future())).contains("not completed yet");

        Running.await(opened.future());
        assertThat(Running.await(kamaelia.start("front", Running.on("echo"))))
                .asString()
                .matches("listener front on port \\d+");
        Running.await(kamaelia.close());
    }

    @Test
    void whoStartsASecondListenerOfOneNameIsToldToNameIt() {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2));
        Listener first = Running.await(kamaelia.start(Running.on("echo")));
        ListenerOptions elsewhere = Running.on("echo").backlog(7);

        assertThat(catchThrowableOfType(ControlFailure.class, () -> Running.await(kamaelia.start(elsewhere)))
                        .message())
                .startsWith("backlog of listener \"echo\" cannot change while it listens: ")
                .contains("start(\"other\", options)", "control().put(\"echo\", options, true)")
                .doesNotContain("?restart");
        assertThat(Running.await(kamaelia.start("other", elsewhere)).port()).isNotEqualTo(first.port());
        Running.await(kamaelia.control().put("echo", elsewhere, true));
        Running.await(kamaelia.close());
    }

    @Test
    void whatWasNeverOpenedCanBeClosed() {
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2));

        Running.await(kamaelia.shutdown());

        assertThatIllegalStateException().isThrownBy(kamaelia::control).withMessageContaining("was closed");
        assertUnavailable(kamaelia.start(Running.on("echo")));
        assertThat(vertx.deploymentIDs()).isEmpty();
    }

    @Test
    void whatCouldNotOpenCanBeClosed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Kamaelia kamaelia = Kamaelia.create(
                    vertx,
                    new KamaeliaOptions()
                            .eventLoops(2)
                            .listener("echo", Running.on("echo").port(taken.getLocalPort())));

            assertThat(catchThrowableOfType(ControlFailure.class, () -> Running.await(kamaelia.open()))
                            .reason())
                    .isEqualTo(Reason.PORT_TAKEN);
            assertThat(vertx.deploymentIDs()).isEmpty();
            Running.await(kamaelia.close());
        }
    }

    private static void assertUnavailable(Future<?> refused) {
        assertThat(catchThrowableOfType(ControlFailure.class, () -> Running.await(refused))
                        .reason())
                .isEqualTo(Reason.UNAVAILABLE);
    }
}
