package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.Running;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.control.Delivery;
import org.kamaelia.rest.Served.Reply;

/** What an operator sees of components over HTTP, and what they are told. */
class ComponentsIT {

    private final List<Socket> clients = new ArrayList<>();
    private Served served;

    @BeforeEach
    void serve() {
        served = Served.onLoopback();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        served.close();
    }

    private int listen(String name, String protocol) {
        return served.api("PUT", "/listeners/" + name, "{\"host\": \"127.0.0.1\", \"protocol\": \"" + protocol + "\"}")
                .json()
                .getInteger("boundPort");
    }

    private BufferedReader connect(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(10_000);
        clients.add(client);
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    private JsonObject page(String query) {
        return served.api("GET", "/components" + query, null).json();
    }

    private List<JsonObject> components(String query) {
        return objects(page(query).getJsonArray("items"));
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private JsonObject component(String id) {
        return served.api("GET", "/components/" + id, null).json();
    }

    private Reply tell(String id, String box, String body) {
        return served.api(
                "POST", "/components/" + id + "/boxes/" + URLEncoder.encode(box, StandardCharsets.UTF_8), body);
    }

    private static JsonObject box(JsonObject component, String name) {
        return objects(component.getJsonArray("boxes")).stream()
                .filter(each -> each.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Desk desk() {
        Desk desk = new Desk();
        activate(0, desk);
        return desk;
    }

    private void activate(int loop, Component component) {
        Desk.activate(served.schedulers.get(loop), component);
    }

    private String idOf(String kind) {
        return components("?kind=" + kind).get(0).getString("id");
    }

    // ---- looking

    @Test
    void theComponentsOfAConnectionAreListedWithWhatTheyWaitFor() throws IOException {
        BufferedReader client = connect(listen("front", "lines"));
        clients.get(0).getOutputStream().write("upper a\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.readLine()).isEqualTo("A");
        String connection = served.api("GET", "/connections", null)
                .json()
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("id");

        List<JsonObject> its = new ArrayList<>();
        Running.until("all of them sleep", () -> {
            its.clear();
            its.addAll(components("?connection=" + connection));
            return its.stream().allMatch(each -> each.getString("state").equals("asleep"));
        });

        assertThat(its)
                .extracting(each -> each.getString("kind"))
                .contains("ConnectedSocketAdapter", "Pipeline", "LineFramer");
        assertThat(its).allSatisfy(each -> {
            assertThat(each.getString("listener")).isEqualTo("front");
            assertThat(each.getString("connection")).isEqualTo(connection);
            assertThat(each.getLong("steps")).isPositive();
            assertThat(objects(each.getJsonArray("waitsFor")).get(0))
                    .isEqualTo(new JsonObject().put("what", "message"));
        });
        JsonObject pipeline = its.stream()
                .filter(each -> each.getString("kind").equals("Pipeline"))
                .findFirst()
                .orElseThrow();
        assertThat(its)
                .filteredOn(each -> pipeline.getString("id").equals(each.getString("parent")))
                .hasSize(2);
        assertThat(components("?kind=TcpServer")).allSatisfy(each -> {
            assertThat(each.getString("listener")).isEqualTo("front");
            assertThat(each.getString("connection")).isNull();
        });
    }

    @Test
    void oneIsShownWithItsBoxesAndLinkages() throws IOException {
        connect(listen("front", "echo"));
        Running.until("it is served", () -> !components("?kind=Echo.Handler").isEmpty());
        String id = idOf("Echo.Handler");
        String adapter = idOf("ConnectedSocketAdapter");

        JsonObject echo = component(id);

        JsonObject in = box(echo, "inbox");
        assertThat(in.getString("direction")).isEqualTo("in");
        assertThat(in.getString("type")).isEqualTo("Buffer");
        assertThat(in.getString("unit")).isEqualTo("bytes");
        assertThat(in.getInteger("bound")).isEqualTo(65_536);
        assertThat(in.getInteger("messages")).isZero();
        assertThat(in.getBoolean("operators")).isFalse();
        JsonObject out = box(echo, "outbox");
        assertThat(out.getString("direction")).isEqualTo("out");
        assertThat(out.containsKey("bound")).isFalse();
        assertThat(out.getJsonObject("leadsTo").getString("component")).isEqualTo(adapter);
        assertThat(out.getJsonObject("leadsTo").getString("box")).isEqualTo("inbox");
        assertThat(objects(echo.getJsonArray("linkages")))
                .anySatisfy(each -> {
                    assertThat(each.getJsonObject("source").getString("component"))
                            .isEqualTo(adapter);
                    assertThat(each.getJsonObject("sink").getString("box")).isEqualTo("inbox");
                })
                .hasSize(4);
    }

    @Test
    void whoIsHeldUpByAFullBoxIsFoundWithThatBox() {
        Desk sink = new Desk();
        Component source = new Component() {
            private final Outbox<String> out = outbox("outbox", String.class);

            @Override
            protected Next step() {
                if (!out.isLinked()) {
                    link(out, sink.notices);
                }
                while (out.offer("more")) {
                    // until it is refused
                }
                return PAUSE;
            }
        };
        activate(1, sink);
        activate(1, source);
        Running.until("one is held up", () -> !components("?waitsFor=room").isEmpty());

        JsonObject held = components("?waitsFor=room&loop=1").get(0);

        assertThat(components("?waitsFor=room&loop=0")).isEmpty();
        assertThat(held.getInteger("loop")).isEqualTo(1);
        JsonObject wait = held.getJsonArray("waitsFor").getJsonObject(0);
        assertThat(wait.getString("outbox")).isEqualTo("outbox");
        assertThat(wait.getJsonObject("full").getString("component")).isEqualTo(idOf("Desk"));
        assertThat(wait.getJsonObject("full").getString("box")).isEqualTo("notices");
    }

    @Test
    void pagesGoThroughAllLoopsWithoutRepeatingThoughOthersComeAndGo() {
        List<Desk> desks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            desks.add(new Desk());
            activate(i % 2, desks.get(i));
        }
        Set<String> seen = new HashSet<>();
        String cursor = null;
        int pages = 0;
        do {
            JsonObject page = page("?kind=Desk&limit=7" + (cursor == null ? "" : "&cursor=" + cursor));
            objects(page.getJsonArray("items"))
                    .forEach(each -> assertThat(seen.add(each.getString("id"))).isTrue());
            cursor = page.getString("nextCursor");
            pages++;
            activate(0, new Desk());
        } while (cursor != null);

        assertThat(seen).hasSize(20);
        assertThat(pages).isEqualTo(3);
        assertThat(page("?kind=Desk&limit=23").getString("nextCursor")).isNull();
    }

    @Test
    void kindsAreCountedOverAllLoops() {
        activate(0, new Desk());
        activate(1, new Desk());

        List<JsonObject> kinds =
                objects(served.api("GET", "/kinds", null).json().getJsonArray("items"));

        assertThat(kinds).anySatisfy(each -> {
            assertThat(each.getString("kind")).isEqualTo("Desk");
            assertThat(each.getInteger("active")).isEqualTo(2);
            assertThat(each.getInteger("started")).isEqualTo(2);
            assertThat(each.getInteger("failures")).isZero();
        });
        assertThat(kinds).extracting(each -> each.getString("kind")).isSorted();
    }

    @Test
    void whatCannotBeAskedForIsRefused() {
        for (String query : List.of(
                "?limit=0", "?limit=1001", "?loop=2", "?loop=-1", "?waitsFor=godot", "?cursor=zz-0-1", "?colour=red")) {
            Reply reply = served.api("GET", "/components" + query, null);
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.detail()).as(query).contains(query.substring(1, query.indexOf('=')));
        }
        for (String id : List.of("nobody", "component-", "component-0-0")) {
            assertThat(served.api("GET", "/components/" + id, null).status()).isEqualTo(404);
        }
    }

    // ---- talking

    @Test
    void aMessageIsAnsweredOnceItIsCollected() {
        Desk desk = desk().takesWhatComes();
        String id = idOf("Desk");

        Reply text = tell(id, "notices", "{\"message\": \"hello\"}");
        Reply object = tell(id, "limits", "{\"message\": {\"rates\": [1, {\"a\": null}]}}");

        assertThat(text.status()).isEqualTo(202);
        assertThat(text.json())
                .isEqualTo(new JsonObject()
                        .put("component", id)
                        .put("box", "notices")
                        .put("before", 0)
                        .put("collected", true));
        assertThat(object.json().getBoolean("collected")).isTrue();
        // Collecting a message comes before whatever is done with it.
        Running.until("both are taken", () -> desk.taken.size() == 2);
        assertThat(desk.taken).containsExactly("hello", new JsonObject("{\"rates\": [1, {\"a\": null}]}"));
    }

    @Test
    void aMessageThatIsNotTakenInTimeStaysInTheBox() {
        Desk desk = desk();
        String id = idOf("Desk");

        Reply late = served.api("POST", "/components/" + id + "/boxes/notices?timeout=1ms", "{\"message\": \"late\"}");

        assertThat(late.status()).isEqualTo(202);
        assertThat(late.json().getBoolean("collected")).isFalse();
        assertThat(box(component(id), "notices").getInteger("messages")).isEqualTo(1);
        desk.takesWhatComes();
        assertThat(tell(id, "notices", "{\"message\": \"next\"}").json().getBoolean("collected"))
                .isTrue();
        // Collecting a message comes before whatever is done with it.
        Running.until("both are taken", () -> desk.taken.size() == 2);
        assertThat(desk.taken).containsExactly("late", "next");
    }

    @Test
    void aFullBoxSaysWhenToTryAgain() {
        desk();
        String path = "/components/" + idOf("Desk") + "/boxes/notices?timeout=1ms";
        served.api("POST", path, "{\"message\": \"a\"}");
        assertThat(served.api("POST", path, "{\"message\": \"b\"}").json().getInteger("before"))
                .isEqualTo(1);

        Reply refused = served.api("POST", path, "{\"message\": \"c\"}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.type()).isEqualTo("box-full");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void whatABoxDoesNotTakeIsRefusedWithTheReason() {
        desk().takesWhatComes();
        String id = idOf("Desk");

        Reply undeclared = tell(id, "inbox", "{\"message\": \"a\"}");
        assertThat(undeclared.status()).isEqualTo(403);
        assertThat(undeclared.type()).isEqualTo("not-declared");
        Reply outbox = tell(id, "outbox", "{\"message\": \"a\"}");
        assertThat(outbox.status()).isEqualTo(404);
        assertThat(outbox.detail()).endsWith("has no inbox \"outbox\"; those it has are notices, limits, inbox");
        Reply object = tell(id, "notices", "{\"message\": {}}");
        assertThat(object.status()).isEqualTo(400);
        assertThat(object.detail()).endsWith("it takes a text: a line");
        assertThat(object.error(0).getString("pointer")).isEqualTo("/message");
        for (String body : List.of(
                "{}",
                "{\"message\": null}",
                "{\"message\": 7}",
                "{\"message\": []}",
                "{\"message\": \"a\", \"x\": 1}")) {
            assertThat(tell(id, "notices", body).status()).as(body).isEqualTo(400);
        }
        assertThat(served.api("POST", "/components/" + id + "/boxes/notices?timeout=2m", "{\"message\": \"a\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsSentIsRecordedWithItsOutcome() {
        desk().takesWhatComes();
        String id = idOf("Desk");
        tell(id, "limits", "{\"message\": {\"rate\": 7, \"token\": \"abc\"}}");
        tell(id, "inbox", "{\"message\": \"a\"}");

        List<JsonObject> audit = objects(
                served.api("GET", "/audit?operation=sendToBox", null).json().getJsonArray("items"));

        assertThat(audit)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.getString("target")).isEqualTo(id));
        assertThat(audit.get(0).getString("problem")).endsWith("not-declared");
        assertThat(audit.get(1).getJsonObject("input"))
                .isEqualTo(new JsonObject("{\"box\": \"limits\", \"message\": {\"rate\": 7, \"token\": \"***\"}}"));
        assertThat(audit.get(1).getJsonObject("after")).isEqualTo(new JsonObject().put("collected", true));
    }

    @Test
    void aComponentThatEndsWithoutTakingItSaysSo() {
        Desk desk = desk();
        String id = idOf("Desk");
        Future<Delivery> last = served.control.deliver(id, "notices", "end", Duration.ofSeconds(10));
        Running.until("it is in the box", () -> box(component(id), "notices").getInteger("messages") == 1);
        Future<Delivery> behind = served.control.deliver(id, "notices", "never", Duration.ofSeconds(10));
        Running.until("it is behind", () -> box(component(id), "notices").getInteger("messages") == 2);

        desk.takesWhatComes();

        Running.until("both are answered", () -> last.isComplete() && behind.isComplete());
        assertThat(last.result().collected()).isTrue();
        assertThat(Problems.of(behind.cause(), 500).orElseThrow().kind()).isEqualTo(Problem.Kind.GONE);
        assertThat(tell(id, "notices", "{\"message\": \"a\"}").status()).isEqualTo(404);
        assertThat(served.api("GET", "/components/" + id, null).status()).isEqualTo(404);
    }

    @Test
    void anAnnouncementReachesEverybodyInAChatOnAllEventLoops() throws IOException {
        int port = listen("chat", "chat");
        List<BufferedReader> guests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            guests.add(connect(port));
            lineWith(guests.get(i), "has come");
        }
        JsonObject room = components("?kind=ChatRoom").get(0);
        assertThat(room.getString("name")).endsWith("(chat)");
        JsonObject announcements = box(component(room.getString("id")), "announcements");
        assertThat(announcements.getBoolean("operators")).isTrue();
        assertThat(announcements.getJsonObject("takes").getString("form")).isEqualTo("text");

        Reply told = tell(room.getString("id"), "announcements", "{\"message\": \"back in five minutes\"}");

        assertThat(told.json().getBoolean("collected")).isTrue();
        for (BufferedReader guest : guests) {
            assertThat(lineWith(guest, "operator")).isEqualTo("* operator: back in five minutes");
        }
    }

    private static String lineWith(BufferedReader from, String what) throws IOException {
        String line = from.readLine();
        while (!line.contains(what)) {
            line = from.readLine();
        }
        return line;
    }
}
