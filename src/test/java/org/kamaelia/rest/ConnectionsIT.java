package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.Running;
import org.kamaelia.rest.Served.Reply;

/** Listeners with people on them: what an operator sees of them over HTTP, and what becomes of what he asks. */
class ConnectionsIT {

    private final List<Socket> clients = new ArrayList<>();
    private Served served;
    private int port;

    @BeforeEach
    void listen() {
        served = Served.onLoopback();
        port = put("echo", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}")
                .json()
                .getInteger("boundPort");
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        served.close();
    }

    private Reply put(String name, String body) {
        return served.api("PUT", "/listeners/" + name, body);
    }

    private Reply tell(String path, String message) {
        return served.api("POST", path + "/control", "{\"message\":\"" + message + "\"}");
    }

    private JsonObject listener() {
        return served.api("GET", "/listeners/echo", null).json();
    }

    /** A client that has had its first echo: the server knows it. */
    private Socket client(String text) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(10_000);
        clients.add(client);
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(text.length())).asString().isEqualTo(text);
        return client;
    }

    private List<JsonObject> connections(String query) {
        return served.api("GET", "/connections" + query, null).json().getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private String onlyId() {
        return connections("").get(0).getString("id");
    }

    @Test
    void countsAndBytesAreLive() throws IOException {
        client("hello");
        client("you");

        JsonObject now = listener();
        assertThat(now.getJsonObject("connections").getInteger("open")).isEqualTo(2);
        assertThat(now.getJsonObject("connections").getInteger("accepted")).isEqualTo(2);
        assertThat(now.getJsonObject("connections").getInteger("limit"))
                .isEqualTo(served.api("GET", "/info", null)
                        .json()
                        .getJsonObject("limits")
                        .getInteger("maxConnections"));
        served.send("PATCH", "/api/v1/listeners/echo", "{\"maxConnections\":7}");
        assertThat(listener().getJsonObject("connections").getInteger("limit")).isEqualTo(7);
        assertThat(now.getInteger("bytesIn")).isEqualTo(8);
        assertThat(now.getInteger("bytesOut")).isEqualTo(8);
        assertThat(now.getString("startedAt")).endsWith("Z");
    }

    @Test
    void aConnectionIsListedWithWhatMovedOverIt() throws IOException {
        Socket client = client("hello");

        JsonObject listed = connections("").get(0);
        assertThat(listed.getString("listener")).isEqualTo("echo");
        assertThat(listed.getString("remoteAddress")).isEqualTo("127.0.0.1:" + client.getLocalPort());
        assertThat(listed.getString("localAddress")).isEqualTo("127.0.0.1:" + port);
        assertThat(listed.getInteger("bytesIn")).isEqualTo(5);
        assertThat(listed.getString("idle")).matches("\\d+(ms|s)");
        assertThat(listed.containsKey("closedAt")).isFalse();

        JsonObject detail = served.api("GET", "/connections/" + listed.getString("id"), null)
                .json();
        assertThat(detail.getJsonArray("boxes").getJsonObject(0).fieldNames())
                .containsExactly("name", "waiting", "bound", "oldest", "unit");
        assertThat(detail.getString("waitsFor")).isNotBlank();
    }

    @Test
    void aListIsFilteredSortedAndPaged() throws IOException {
        client("a");
        client("bbb");
        client("cc");

        assertThat(connections("?listener=nobody")).isEmpty();
        assertThat(connections("?remoteAddress=192.0.2.1")).isEmpty();
        assertThat(connections("?remoteAddress=127.0.0.1&listener=echo&minIdle=0s"))
                .hasSize(3);
        assertThat(connections("?minIdle=1h")).isEmpty();
        assertThat(connections("?sort=-bytesIn&limit=2"))
                .extracting(each -> each.getInteger("bytesIn"))
                .containsExactly(3, 2);

        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page =
                    served.api("GET", "/connections?limit=2" + cursor, null).json();
            page.getJsonArray("items").forEach(item -> paged.add(((JsonObject) item).getString("id")));
            String next = page.getString("nextCursor");
            cursor = next == null ? null : "&cursor=" + next;
        } while (cursor != null);
        assertThat(paged).hasSize(3).doesNotHaveDuplicates();
        assertThat(connections("")).extracting(each -> each.getString("id")).containsExactlyElementsOf(paged);
    }

    @Test
    void producerFinishedLetsAConnectionEndAndItStaysReadable() throws IOException {
        Socket client = client("hello");
        String id = onlyId();

        assertThat(tell("/connections/" + id, "producerFinished").status()).isEqualTo(202);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.close();
        Running.until(
                "it has closed",
                () -> served.api("GET", "/connections/" + id, null).json().containsKey("closedAt"));
        JsonObject closed = served.api("GET", "/connections/" + id, null).json();
        assertThat(closed.getString("closeCause")).isEqualTo("operator");
        assertThat(closed.getInteger("unsentBytes")).isZero();
        assertThat(connections("")).isEmpty();

        Reply again = tell("/connections/" + id, "producerFinished");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.type()).isEqualTo("gone");
        assertThat(served.api("DELETE", "/connections/" + id, null).status()).isEqualTo(409);
    }

    @Test
    void shutdownMicroprocessEndsItAtOnce() throws IOException {
        Socket client = client("hello");

        assertThat(tell("/connections/" + onlyId(), "shutdownMicroprocess").status())
                .isEqualTo(202);

        int end;
        try {
            end = client.getInputStream().read();
        } catch (SocketException reset) {
            end = -1;
        }
        assertThat(end).isEqualTo(-1);
    }

    @Test
    void deletingAConnectionLetsItFinish() throws IOException {
        Socket client = client("hello");

        assertThat(served.api("DELETE", "/connections/" + onlyId(), null).status())
                .isEqualTo(202);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aSuspendedListenerStaysReadyAndGoesOnWhenResumed() throws IOException {
        assertThat(tell("/listeners/echo", "suspend").json().getString("state")).isEqualTo("suspended");
        assertThat(tell("/listeners/echo", "suspend").status()).isEqualTo(202);
        assertThat(served.get("/health/ready").status()).isEqualTo(200);
        Reply start = tell("/listeners/echo", "start");
        assertThat(start.status()).isEqualTo(409);
        assertThat(start.type()).isEqualTo("wrong-state");

        assertThat(tell("/listeners/echo", "resume").json().getString("state")).isEqualTo("listening");
        client("hello");
    }

    @Test
    void aListenerThatDrainsSaysWhenToTryAgain() throws IOException {
        Socket client = client("hello");
        Reply shut = served.api(
                "POST", "/listeners/echo/control", "{\"message\":\"serverShutdown\",\"drainTimeout\":\"1h\"}");
        assertThat(shut.json().getString("state")).isEqualTo("draining");

        Reply put = put("echo", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}");
        assertThat(put.status()).isEqualTo(409);
        assertThat(put.type()).isEqualTo("draining");
        assertThat(Integer.parseInt(put.header("Retry-After"))).isBetween(3000, 3600);

        JsonObject operation = served.api("GET", "/operations", null)
                .json()
                .getJsonArray("items")
                .getJsonObject(0);
        assertThat(operation.getString("kind")).isEqualTo("drain");
        assertThat(operation.getInteger("total")).isEqualTo(1);
        assertThat(operation.getString("state")).isEqualTo("running");

        client.close();
        Running.until("it has stopped", () -> listener().getString("state").equals("stopped"));
        assertThat(listener().getValue("boundPort")).isNull();
        assertThat(tell("/listeners/echo", "start").json().getString("state")).isEqualTo("listening");
    }

    @Test
    void aDrainCanBeCancelledOnce() throws IOException {
        client("hello");
        served.api("DELETE", "/listeners/echo?drainTimeout=1h", null);
        String operation = "/operations/"
                + served.api("GET", "/operations", null)
                        .json()
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getString("id");

        Reply cancelled = served.api("DELETE", operation, null);
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().getString("state")).isEqualTo("cancelled");
        Reply again = served.api("DELETE", operation, null);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.type()).isEqualTo("wrong-state");
        assertThat(served.api("DELETE", "/operations/none", null).status()).isEqualTo(404);
    }

    @Test
    void aListenerWhoseDrainWasCancelledCanBeStartedBesideTheConnectionsThatAreLeft() throws IOException {
        Socket left = client("hello");
        tell("/listeners/echo", "serverShutdown");
        cancelLast();
        JsonObject stopped = listener();
        assertThat(stopped.getString("state")).isEqualTo("stopped");
        assertThat(stopped.getString("reason")).startsWith("its drain was cancelled");
        assertThat(stopped.getValue("boundPort")).isNull();
        assertThat(stopped.getJsonObject("connections").getInteger("open")).isEqualTo(1);

        assertThat(tell("/listeners/echo", "start").json().getString("state")).isEqualTo("listening");
        port = listener().getInteger("boundPort");
        Socket other = client("again");
        left.getOutputStream().write(7);
        assertThat(left.getInputStream().read()).isEqualTo(7);
        assertThat(listener().getJsonObject("connections").getInteger("open")).isEqualTo(2);

        served.api("POST", "/listeners/echo/control", "{\"message\":\"serverShutdown\",\"drainTimeout\":\"0s\"}");
        assertThat(left.getInputStream().read()).isEqualTo(-1);
        assertThat(other.getInputStream().read()).isEqualTo(-1);
        left.close();
        other.close();
        Running.until("it has stopped", () -> listener().getString("state").equals("stopped"));
    }

    @Test
    void theConnectionsThatACancelledDrainHasLeftCanBeDrainedAgain() throws IOException {
        Socket left = client("hello");
        tell("/listeners/echo", "serverShutdown");
        cancelLast();
        Reply again = served.api(
                "POST", "/listeners/echo/control", "{\"message\":\"serverShutdown\",\"drainTimeout\":\"0s\"}");

        assertThat(again.json().getString("state")).isEqualTo("draining");
        assertThat(left.getInputStream().read()).isEqualTo(-1);
        left.close();
        Running.until("it has stopped", () -> listener().getString("state").equals("stopped"));
        assertThat(listener().getValue("reason")).isNull();
        assertThat(lastOperation().getString("state")).isEqualTo("done");
    }

    @Test
    void aListenerWhoseDeleteWasCancelledIsStillThere() throws IOException {
        Socket left = client("hello");
        served.api("DELETE", "/listeners/echo?drainTimeout=1h", null);
        cancelLast();
        assertThat(listener().getString("state")).isEqualTo("stopped");

        left.close();
        Running.until("nobody is left", () -> listener().getValue("reason") == null);
        assertThat(listener().getString("state")).isEqualTo("stopped");
        assertThat(tell("/listeners/echo", "start").json().getString("state")).isEqualTo("listening");
    }

    private JsonObject lastOperation() {
        JsonArray all = served.api("GET", "/operations", null).json().getJsonArray("items");
        return all.getJsonObject(all.size() - 1);
    }

    private void cancelLast() {
        assertThat(served.api("DELETE", "/operations/" + lastOperation().getString("id"), null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTakenPortLeavesNothingBehind() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Reply taken = put(
                    "second", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\",\"port\":" + other.getLocalPort() + "}");

            assertThat(taken.status()).isEqualTo(409);
            assertThat(taken.type()).isEqualTo("port-taken");
            assertThat(taken.error(0).getString("pointer")).isEqualTo("/port");
            assertThat(taken.detail()).contains(Integer.toString(other.getLocalPort()));
            assertThat(served.api("GET", "/listeners/second", null).status()).isEqualTo(404);
        }
    }

    @Test
    void aChangeThatFailsKeepsTheOld() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Reply taken =
                    served.api("PATCH", "/listeners/echo?restart=true", "{\"port\":" + other.getLocalPort() + "}");

            assertThat(taken.status()).isEqualTo(409);
            assertThat(taken.type()).isEqualTo("port-taken");
            assertThat(listener().getInteger("boundPort")).isEqualTo(port);
            client("hello");
        }
    }

    @Test
    void aPatchMayChangeAMemberOfAnObject() {
        JsonObject ranged = put(
                        "ranged",
                        "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\",\"portRange\":{\"min\":20000,\"max\":20999}}")
                .json();
        assertThat(ranged.getInteger("boundPort")).isBetween(20000, 20999);

        Reply patched =
                served.api("PATCH", "/listeners/ranged?restart=true", "{\"portRange\":{\"min\":21000,\"max\":21999}}");
        assertThat(patched.json().getInteger("boundPort")).isBetween(21000, 21999);
        patched = served.api("PATCH", "/listeners/ranged?restart=true", "{\"portRange\":{\"max\":22999}}");
        assertThat(patched.status()).as(patched.response().body()).isEqualTo(200);
        assertThat(patched.json().getJsonObject("portRange").getInteger("min")).isEqualTo(21000);
    }
}
