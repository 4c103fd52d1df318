package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kamaelia.OpenSsl;
import org.kamaelia.Running;
import org.kamaelia.Tls;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.ConnectionPage;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.rest.Served.Reply;
import org.kamaelia.tcp.CertificateFiles;

/** A plane with what requests are about: every call makes new things, so that no case stands in another's way. */
final class Stage implements AutoCloseable {

    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";

    final Served served;
    private final List<Socket> clients = new ArrayList<>();
    private final List<Future<ConnectionPage>> crowd = new ArrayList<>();
    private CountDownLatch standing = new CountDownLatch(0);
    private int names;

    /** @param folder where a certificate is made, which the plane calls {@code web} */
    Stage(Path folder) throws Exception {
        OpenSsl files = new OpenSsl(folder).selfSigned("web", "/CN=web", "web.test");
        served = new Served(
                AdminOptions.defaults(),
                Map.of("web", new CertificateFiles.Pem(files.file("web.crt"), files.file("web.key"))));
    }

    /** A name that nothing has. */
    String newName() {
        return "stage-" + ++names;
    }

    /** The name of a listener that echoes. */
    String listener() {
        String name = newName();
        must(served.api("PUT", "/listeners/" + name, ECHO));
        return name;
    }

    /** The entity tag of a listener. */
    String tag(String name) {
        return served.api("GET", "/listeners/" + name, null).header("ETag");
    }

    /** The same on its way out, which takes an hour. */
    String drainingListener() {
        String name = listener();
        connection(name);
        must(served.api(
                "POST", "/listeners/" + name + "/control", "{\"message\":\"serverShutdown\",\"drainTimeout\":\"1h\"}"));
        return name;
    }

    /** The id of a connection that is open. */
    String connection() {
        return connection(listener());
    }

    /** The id of one that speaks TLS. */
    String secureConnection() {
        String name = newName();
        JsonObject tls = new JsonObject().put("certificates", List.of("web"));
        must(served.api(
                "PUT",
                "/listeners/" + name,
                new JsonObject(ECHO).put("tls", tls).encode()));
        return connection(name, Tls::over);
    }

    /** The id of one that has ended. */
    String closedConnection() {
        String id = connection();
        must(served.api("POST", "/connections/" + id + "/control", "{\"message\":\"shutdownMicroprocess\"}"));
        Running.until(
                "it has closed",
                () -> served.api("GET", "/connections/" + id, null).json().containsKey("closedAt"));
        return id;
    }

    /** The id of an operation that goes on. */
    String operation() {
        String name = listener();
        connection(name);
        return must(served.api("DELETE", "/listeners/" + name + "?drainTimeout=1h", null))
                .getString("id");
    }

    String cancelledOperation() {
        String id = operation();
        must(served.api("DELETE", "/operations/" + id, null));
        return id;
    }

    /** The id of a component whose box {@code notices} is for operators. */
    String component() {
        Desk.activate(served.schedulers.get(0), new Desk().takesWhatComes());
        return youngest("Desk");
    }

    /** The id of one whose box has no room. */
    String fullComponent() {
        Desk.activate(served.schedulers.get(0), new Desk());
        String id = youngest("Desk");
        for (int i = 0; i < 2; i++) {
            must(served.api("POST", "/components/" + id + "/boxes/notices?timeout=1ms", "{\"message\":\"wait\"}"));
        }
        return id;
    }

    /** The id of a component of that kind. */
    String youngest(String kind) {
        return must(served.api("GET", "/components?limit=1&kind=" + kind, null))
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("id");
    }

    /** An event loop of connections does nothing until {@link #goOn}. */
    void standStill() {
        CountDownLatch still = new CountDownLatch(1);
        standing = still;
        served.schedulers.get(0).ingress().call(() -> {
            try {
                return still.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** It goes on, and has answered those who crowd. */
    void goOn() {
        standing.countDown();
        assertThat(Future.join(crowd).otherwiseEmpty().toCompletionStage()).succeedsWithin(10, TimeUnit.SECONDS);
        crowd.clear();
    }

    /** As many look at everything as may, and an event loop answers none of them until {@link #goOn}. */
    void crowd() {
        standStill();
        ConnectionQuery idlest = ConnectionQuery.all().sort(ConnectionQuery.Sort.IDLE, true);
        for (int i = 0; i < 50; i++) {
            crowd.add(served.control.connections(idlest));
        }
        assertThat(crowd.get(49).toCompletionStage()).failsWithin(10, TimeUnit.SECONDS);
    }

    /** How a client speaks. */
    private interface Speech {
        Socket over(Socket plain) throws IOException;
    }

    private String connection(String listener) {
        return connection(listener, plain -> plain);
    }

    private String connection(String listener, Speech speech) {
        int port = must(served.api("GET", "/listeners/" + listener, null)).getInteger("boundPort");
        try {
            Socket client = speech.over(new Socket(InetAddress.getLoopbackAddress(), port));
            clients.add(client);
            client.setSoTimeout(10_000);
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return must(served.api("GET", "/connections?listener=" + listener, null))
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("id");
    }

    private static JsonObject must(Reply reply) {
        assertThat(reply.status()).as(reply.response().body()).isLessThan(300);
        return reply.json();
    }

    /** Ends all clients. */
    void leave() {
        for (Socket client : clients) {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        clients.clear();
    }

    @Override
    public void close() {
        goOn();
        leave();
        served.close();
    }
}
