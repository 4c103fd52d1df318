package org.kamaelia.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Consumer;
import org.kamaelia.client.api.ConnectionsApi;
import org.kamaelia.client.api.ListenersApi;
import org.kamaelia.client.api.OperationsApi;
import org.kamaelia.client.api.ServerApi;
import org.kamaelia.client.model.CloseOperation;
import org.kamaelia.client.model.Connection;
import org.kamaelia.client.model.ConnectionControl;
import org.kamaelia.client.model.ConnectionDetail;
import org.kamaelia.client.model.ConnectionsControl;
import org.kamaelia.client.model.ControlledListener;
import org.kamaelia.client.model.Listener;
import org.kamaelia.client.model.ListenerControl;
import org.kamaelia.client.model.ListenerPatch;
import org.kamaelia.client.model.ListenerRequest;
import org.kamaelia.client.model.Operation;
import org.kamaelia.client.model.Problem;

/** Operates a server, whose API's address it is given, through the generated client alone. */
public final class Drive implements Consumer<URI> {

    /** For the class loader. */
    public Drive() {}

    @Override
    public void accept(URI api) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(api.toString());
        try {
            tellsWhatRunsHere(new ServerApi(client));
            operatesAListener(new ListenersApi(client), new OperationsApi(client));
            operatesAConnection(new ListenersApi(client), new ConnectionsApi(client));
            readsAProblem(new ListenersApi(client));
        } catch (ApiException e) {
            throw new IllegalStateException("HTTP " + e.getCode() + ": " + e.getResponseBody(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ListenerRequest echo() {
        return new ListenerRequest().protocol("echo").host("127.0.0.1").backlog(7);
    }

    private static void tellsWhatRunsHere(ServerApi server) throws ApiException {
        assertThat(server.getInfo().getStartedAt())
                .isBefore(OffsetDateTime.now().plusSeconds(1));
        assertThat(server.listProtocols().getItems())
                .anyMatch(protocol -> protocol.getName().equals("echo"));
    }

    private static void operatesAListener(ListenersApi listeners, OperationsApi operations) throws ApiException {
        ApiResponse<Listener> made = listeners.putListenerWithHttpInfo("driven", echo(), null, null, null);
        assertThat(made.getStatusCode()).isEqualTo(201);
        assertThat(made.getData().getBoundPort()).isPositive();
        assertThat(made.getData().getConnections().getOpen()).isZero();
        assertThat(listeners
                        .putListenerWithHttpInfo(
                                "driven",
                                echo(),
                                false,
                                made.getHeaders().get("etag").get(0),
                                null)
                        .getStatusCode())
                .isEqualTo(200);

        Listener patched = listeners.patchListener(
                "driven", new ListenerPatch().idleTimeout("5m").allow(List.of("127.0.0.0/8")), null, null, null);
        assertThat(patched.getIdleTimeout()).isEqualTo("5m");
        assertThat(patched.getAllow()).containsExactly("127.0.0.0/8");
        assertThat(patched.getBacklog()).as("what a patch leaves out").isEqualTo(7);
        assertThat(listeners.listListeners().getItems()).contains(listeners.getListener("driven", null));

        ListenerControl suspend = new ListenerControl().message(ListenerControl.MessageEnum.SUSPEND);
        ControlledListener suspended = listeners.controlListener("driven", suspend, null, null);
        assertThat(suspended.getState()).isEqualTo("suspended");
        assertThat(suspended.getPreview()).isNull();
        ControlledListener planned = listeners.controlListener(
                "driven",
                new ListenerControl()
                        .message(ListenerControl.MessageEnum.SERVER_SHUTDOWN)
                        .dryRun(true),
                null,
                null);
        assertThat(planned.getState()).isEqualTo("suspended");
        assertThat(planned.getPreview().getCut()).isZero();

        Operation deletion = listeners.deleteListener("driven", null, null, "0s");
        assertThat(deletion.getTarget()).isEqualTo("driven");
        assertThat(operations.getOperation(deletion.getId()).getKind()).isEqualTo("delete");
    }

    private static void operatesAConnection(ListenersApi listeners, ConnectionsApi connections)
            throws ApiException, IOException {
        Listener listener = listeners.putListener("visited", echo(), null, null, null);
        try (Socket visitor = new Socket(InetAddress.getLoopbackAddress(), listener.getBoundPort())) {
            visitor.setSoTimeout(10_000);
            visitor.getOutputStream().write(7);
            assertThat(visitor.getInputStream().read()).isEqualTo(7);

            Connection listed = connections
                    .listConnections("visited", "127.0.0.1", "0s", null, null, "-bytesIn", 10, null)
                    .getItems()
                    .get(0);
            assertThat(listed.getBytesIn()).isEqualTo(1L);
            ConnectionDetail detail = connections.getConnection(listed.getId());
            assertThat(detail.getRemoteAddress()).isEqualTo("127.0.0.1:" + visitor.getLocalPort());
            assertThat(detail.getBoxes()).isNotEmpty();

            ConnectionsControl all = new ConnectionsControl()
                    .message(ConnectionsControl.MessageEnum.PRODUCER_FINISHED)
                    .listener("visited")
                    .minAge("1h");
            CloseOperation planned = connections.controlConnections(all.dryRun(true));
            assertThat(planned.getPreview().getItems()).isEmpty();
            CloseOperation begun = connections.controlConnections(all.dryRun(false));
            assertThat(begun.getId()).isNotEmpty();
            assertThat(begun.getPreview()).isNull();

            connections.controlConnection(
                    listed.getId(), new ConnectionControl().message(ConnectionControl.MessageEnum.PRODUCER_FINISHED));
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
        }
        listeners.deleteListener("visited", null, null, "0s");
    }

    private static void readsAProblem(ListenersApi listeners) throws JsonProcessingException {
        ApiException refused = catchThrowableOfType(
                ApiException.class, () -> listeners.putListener("bad", echo().protocol("ecco"), null, null, null));

        assertThat(refused.getCode()).isEqualTo(400);
        Problem problem = JSON.getDefault().getMapper().readValue(refused.getResponseBody(), Problem.class);
        assertThat(problem.getType()).hasToString("urn:kamaelia:problem:invalid-input");
        assertThat(problem.getErrors().get(0).getPointer()).isEqualTo("/protocol");
    }
}
