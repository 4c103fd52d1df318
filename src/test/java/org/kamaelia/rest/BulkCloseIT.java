package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.Running;
import org.kamaelia.rest.Served.Reply;

/** Many connections closed at once, over HTTP, and who would be. */
class BulkCloseIT {

    private final List<Socket> clients = new ArrayList<>();
    private Served served;
    private int port;

    @BeforeEach
    void listen() {
        served = Served.onLoopback();
        port = start("echo", "");
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        served.close();
    }

    private int start(String name, String more) {
        return served.api("PUT", "/listeners/" + name, "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"" + more + "}")
                .json()
                .getInteger("boundPort");
    }

    /** Clients that have had their first echo, one after the other: the server knows them in this order. */
    private void clients(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            client.setSoTimeout(10_000);
            clients.add(client);
            echo(client);
        }
    }

    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
    }

    /** The server has ended its side; the client ends its own. */
    private static void end(Socket client) throws IOException {
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.close();
    }

    private Reply close(String body) {
        return served.api("POST", "/connections/control", body);
    }

    private JsonObject operation(Reply begun) {
        assertThat(begun.status()).as(begun.response().body()).isEqualTo(202);
        assertThat(begun.header("Location"))
                .endsWith("/operations/" + begun.json().getString("id"));
        return operation(begun.json().getString("id"));
    }

    private JsonObject operation(String id) {
        return served.api("GET", "/operations/" + id, null).json();
    }

    private JsonObject until(String id, Callable<Boolean> holds) {
        Running.until("operation " + id + " has come so far", holds);
        return operation(id);
    }

    private JsonObject untilDone(String id, int done) {
        return until(id, () -> operation(id).getInteger("done") == done);
    }

    private JsonObject untilEnded(String id) {
        return until(id, () -> operation(id).getString("endedAt") != null);
    }

    private List<String> open() {
        return ids(served.api("GET", "/connections", null).json());
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("items").stream()
                .map(each -> ((JsonObject) each).getString("id"))
                .toList();
    }

    @Test
    void allThatMatchAreClosedAndCounted() throws IOException {
        clients(20);

        JsonObject begun = operation(close("{\"message\":\"producerFinished\",\"remoteAddress\":\"127.0.0.0/8\"}"));
        assertThat(begun.getString("kind")).isEqualTo("close");
        assertThat(begun.getValue("target")).isNull();
        for (Socket client : clients) {
            end(client);
        }

        JsonObject ended = untilEnded(begun.getString("id"));
        assertThat(ended.getString("state")).isEqualTo("done");
        assertThat(ended.getInteger("matched")).isEqualTo(20);
        assertThat(ended.getInteger("total")).isEqualTo(20);
        assertThat(ended.getInteger("done")).isEqualTo(20);
        assertThat(open()).isEmpty();
    }

    @Test
    void aPaceIsKept() throws IOException {
        clients(10);

        String id = operation(close("{\"message\":\"shutdownMicroprocess\",\"listener\":\"echo\",\"perSecond\":20}"))
                .getString("id");

        JsonObject ended = untilEnded(id);
        assertThat(ended.getString("target")).isEqualTo("echo");
        assertThat(Duration.between(
                        Instant.parse(ended.getString("startedAt")), Instant.parse(ended.getString("endedAt"))))
                .as("nine pauses of 50 ms")
                .isGreaterThan(Duration.ofMillis(440));
    }

    @Test
    void cancellingItEndsTheTurnsAndLeavesTheRestAlone() throws IOException {
        clients(10);
        String id = operation(close("{\"message\":\"producerFinished\",\"all\":true,\"perSecond\":1}"))
                .getString("id");
        end(clients.get(0));
        untilDone(id, 1);

        Reply cancelled = served.api("DELETE", "/operations/" + id, null);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().getString("state")).isEqualTo("cancelled");
        assertThat(served.api("DELETE", "/operations/" + id, null).type()).isEqualTo("wrong-state");
        echo(clients.get(9));
        assertThat(open().size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whoEndsByItselfIsDoneAndCostsNoTurn() throws IOException {
        clients(60);
        String id = operation(close("{\"message\":\"producerFinished\",\"listener\":\"echo\",\"perSecond\":1}"))
                .getString("id");
        for (Socket client : clients.subList(2, 60)) {
            client.close();
        }
        end(clients.get(0));
        end(clients.get(1));

        JsonObject ended = untilEnded(id);
        assertThat(ended.getString("state")).isEqualTo("done");
        assertThat(ended.getInteger("done")).isEqualTo(60);
    }

    @Test
    void whoMatchesNoLongerWhenItsTurnComesIsSpared() throws IOException {
        clients(6);
        String id = operation(close("{\"message\":\"producerFinished\",\"state\":\"open\",\"perSecond\":1}"))
                .getString("id");
        served.api("POST", "/listeners/echo/control", "{\"message\":\"serverShutdown\",\"drainTimeout\":\"1h\"}");
        end(clients.get(0));

        JsonObject ended = untilEnded(id);
        assertThat(ended.getString("state")).isEqualTo("done");
        assertThat(ended.getString("detail")).matches(".*[1-5] were spared: they matched no longer");
        echo(clients.get(5));
    }

    @Test
    void aDryRunTellsWhoAndDoesNothing() throws IOException {
        for (int i = 0; i < 5; i++) {
            clients(1);
        }
        List<String> all = open();

        Reply half = close("{\"message\":\"producerFinished\",\"all\":true,\"percent\":50,\"dryRun\":true}");
        assertThat(half.status()).as(half.response().body()).isEqualTo(200);
        assertThat(half.json().getValue("id")).isNull();
        assertThat(half.json().getString("state")).isEqualTo("preview");
        assertThat(half.json().getInteger("total")).isEqualTo(3);
        JsonObject preview = half.json().getJsonObject("preview");
        assertThat(preview.getInteger("matched")).isEqualTo(5);
        assertThat(preview.getInteger("total")).isEqualTo(3);
        assertThat(ids(preview)).isEqualTo(all.subList(0, 3));
        echo(clients.get(0));
        assertThat(ids(preview(
                        "{\"message\":\"producerFinished\",\"listener\":\"echo\",\"count\":2,\"order\":\"idlest\","
                                + "\"dryRun\":true}")))
                .isEqualTo(all.subList(1, 3));
        for (Socket client : clients) {
            echo(client);
        }
        assertThat(served.api("GET", "/operations", null).json().getJsonArray("items"))
                .isEmpty();
    }

    private JsonObject preview(String body) {
        return close(body).json().getJsonObject("preview");
    }

    private static String dryRun(String more) {
        return "{\"message\":\"producerFinished\",\"all\":true,\"dryRun\":true" + more + "}";
    }

    @Test
    void ofMoreThanAHundredADryRunShowsTheFirstAndTellsThatThereAreMore() throws IOException {
        clients(100);
        assertThat(preview(dryRun("")).getBoolean("truncated")).isFalse();
        assertThat(drained("echo", "1m").getBoolean("truncated")).isFalse();

        clients(1);

        JsonObject closing = preview(dryRun(""));
        assertThat(closing.getInteger("total")).isEqualTo(101);
        assertThat(closing.getBoolean("truncated")).isTrue();
        assertThat(closing.getJsonArray("items")).hasSize(100);
        JsonObject drain = drained("echo", "1m");
        assertThat(drain.getInteger("cut")).isEqualTo(101);
        assertThat(drain.getBoolean("truncated")).isTrue();
        assertThat(drain.getJsonArray("items")).hasSize(100);
    }

    @Test
    void aDryRunIsShownInPages() throws IOException {
        clients(5);
        List<String> all = open();

        List<String> closing = new ArrayList<>();
        List<String> draining = new ArrayList<>();
        String cursor = null;
        for (int i = 0; i < 3; i++) {
            String page = ",\"limit\":2" + (cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"");
            JsonObject preview = preview(dryRun(page));
            JsonObject drain = served.api(
                            "POST",
                            "/listeners/echo/control",
                            "{\"message\":\"serverShutdown\",\"drainTimeout\":\"1m\",\"dryRun\":true" + page + "}")
                    .json()
                    .getJsonObject("preview");
            closing.addAll(ids(preview));
            draining.addAll(ids(drain));
            cursor = preview.getString("nextCursor");
            assertThat(drain.getString("nextCursor")).isEqualTo(cursor);
            assertThat(drain.getInteger("cut")).isEqualTo(5);
            assertThat(preview.getInteger("total")).isEqualTo(5);
            assertThat(cursor == null).isEqualTo(i == 2);
        }

        assertThat(closing).isEqualTo(all);
        assertThat(draining).isEqualTo(all);
        assertThat(preview(dryRun(",\"limit\":2,\"order\":\"idlest\"")).getBoolean("truncated"))
                .isTrue();
        assertThat(close(dryRun(",\"order\":\"idlest\",\"cursor\":\"" + all.get(0) + "\""))
                        .detail())
                .isEqualTo("cursor goes with the order oldest only: leave it out for the first 100");
        assertThat(close("{\"message\":\"producerFinished\",\"all\":true,\"limit\":2}")
                        .detail())
                .isEqualTo("limit goes with \"dryRun\": true: leave it out");
    }

    @Test
    void aRequestThatCannotBeMeantIsRefused() {
        Reply everybody = close("{\"message\":\"producerFinished\",\"count\":5}");
        assertThat(everybody.status()).isEqualTo(400);
        assertThat(everybody.error(0).getString("pointer")).isEqualTo("/all");
        Reply both = close("{\"message\":\"producerFinished\",\"all\":true,\"count\":5,\"percent\":5}");
        assertThat(both.error(0).getString("detail"))
                .isEqualTo("count and percent exclude each other: give one of them");
        assertThat(close("{\"message\":\"producerFinished\",\"remoteAddress\":\"10.0.0.1/8\"}")
                        .error(0)
                        .getString("pointer"))
                .isEqualTo("/remoteAddress");
        assertThat(close("{\"message\":\"producerFinished\",\"listener\":\"eco\"}")
                        .status())
                .isEqualTo(404);
        assertThat(served.api("GET", "/connections?remoteAddress=localhost", null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aDrainCanBeTriedFirst() throws IOException {
        clients(2);
        port = start("short", ",\"idleTimeout\":\"30s\"");
        clients(1);

        JsonObject cut = drained("echo", "1m");
        assertThat(cut.getInteger("open")).isEqualTo(2);
        assertThat(cut.getInteger("cut")).isEqualTo(2);
        JsonObject first = cut.getJsonArray("items").getJsonObject(0);
        assertThat(first.getString("id")).isEqualTo(open().get(0));
        assertThat(first.getInteger("pendingOut")).isZero();
        assertThat(first.getString("endsWithin")).matches("3[56]\\d\\ds|1h");
        assertThat(first.getString("waitsFor")).startsWith("nothing");
        assertThat(drained("short", "1m").getInteger("cut")).isZero();
        assertThat(drained("short", "10s").getInteger("cut")).isEqualTo(1);
        assertThat(drain("nobody", "10s").status()).isEqualTo(404);
        assertThat(served.api("POST", "/listeners/echo/control", "{\"message\":\"suspend\",\"dryRun\":true}")
                        .error(0)
                        .getString("pointer"))
                .isEqualTo("/dryRun");
        assertThat(served.api("GET", "/listeners/echo", null).json().getString("state"))
                .isEqualTo("listening");
    }

    private JsonObject drained(String listener, String timeout) {
        return drain(listener, timeout).json().getJsonObject("preview");
    }

    private Reply drain(String listener, String timeout) {
        return served.api(
                "POST",
                "/listeners/" + listener + "/control",
                "{\"message\":\"serverShutdown\",\"dryRun\":true,\"drainTimeout\":\"" + timeout + "\"}");
    }
}
