package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.Running;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminOptions.Tls;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;

/** A plane that starts, one that can't and says why, and one that stops. */
class StartIT {

    /** The system's own transport where there is one, as the server has it: its failures are others than the JDK's. */
    private Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

    private ControlPlane control;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private AdminPlane.Running start(AdminOptions options) throws Exception {
        control = Operated.on(vertx);
        return new RestPlane()
                .start(vertx, control, options)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private ControlFailure failure(AdminOptions options) {
        Throwable thrown = catchThrowable(() -> start(options));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        assertThat(thrown.getCause()).isInstanceOf(ControlFailure.class);
        return (ControlFailure) thrown.getCause();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTakenPortIsTold(boolean nativeTransport) throws Exception {
        transport(nativeTransport);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ControlFailure failure = failure(AdminOptions.defaults().port(taken.getLocalPort()));

            assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN);
            assertThat(failure)
                    .hasMessage("admin port " + taken.getLocalPort()
                            + " on 127.0.0.1 is taken: use another admin.port, or 0 for any free one");
        }
    }

    private void transport(boolean nativeTransport) {
        close();
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAddressOfAnotherHostIsTold(boolean nativeTransport) throws Exception {
        transport(nativeTransport);
        Path tokens = Files.writeString(directory.resolve("tokens"), "a viewer sha256:" + "0".repeat(64));

        ControlFailure failure = failure(AdminOptions.defaults()
                .host("192.0.2.1")
                .port(0)
                .tokenFile(tokens)
                .plaintext(true));

        assertThat(failure.reason()).isEqualTo(Reason.CANNOT_BIND);
        assertThat(failure.message()).startsWith("admin port 0 on 192.0.2.1 can't be had: ");
    }

    @Test
    void beyondLoopbackItDoesNotStartUnsafe() {
        ControlFailure failure = failure(AdminOptions.defaults().host("0.0.0.0"));

        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.problems().get(0).pointer()).isEqualTo("/admin/auth/tokenFile");
    }

    @Test
    void aTokenFileThatIsMissingOrWrongIsTold() throws Exception {
        Path missing = directory.resolve("missing");
        assertThat(failure(AdminOptions.defaults().port(0).tokenFile(missing)))
                .hasMessage("token file " + missing + " cannot be read: there is no such file");

        Path wrong = Files.writeString(directory.resolve("wrong"), "# tokens\nvera viewer\n");
        assertThat(failure(AdminOptions.defaults().port(0).tokenFile(wrong)))
                .hasMessage(wrong + " line 2: it has 2 words: use name role sha256:hex");
        assertThat(failure(AdminOptions.defaults().port(0).tokenFile(directory)).message())
                .startsWith("token file " + directory + " cannot be read: ");
        assertThat(control.happenings().last()).as("events: nobody calls yet").isZero();
    }

    @Test
    void aCertificateThatIsNoneIsTold() throws Exception {
        Path nonsense = Files.writeString(directory.resolve("tls.pem"), "nonsense");

        ControlFailure failure = failure(AdminOptions.defaults().port(0).tls(new Tls(nonsense, nonsense)));

        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.message()).startsWith("admin.tls.certificate " + nonsense + " holds no certificate");
    }

    @Test
    void whatStopsGivesItsPortBack() throws Exception {
        AdminPlane.Running running = start(AdminOptions.defaults().port(0));
        assertThat(running.host()).isEqualTo("127.0.0.1");
        assertThat(running.secure()).isFalse();

        running.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

        // The kernel's socket goes with the event loop's next look at its selector, a moment later.
        Running.until("its port is free", () -> isFree(running.port()));
    }

    private static boolean isFree(int port) {
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return again.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
