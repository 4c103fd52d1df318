package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AuditFile;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.rest.Served.Reply;

/** What the record of changes tells of what was asked for over HTTP. */
class AuditIT {

    private static final String ECHO = "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}";

    private final NewToken viewer = Tokens.create("vera", Role.VIEWER);
    private final NewToken operator = Tokens.create("otto", Role.OPERATOR);
    private final NewToken admin = Tokens.create("ada", Role.ADMIN);

    @TempDir
    private Path directory;

    private Served served;

    @BeforeEach
    void serve() throws IOException {
        Path tokens = directory.resolve("tokens");
        Files.writeString(tokens, viewer.line() + "\n" + operator.line() + "\n" + admin.line() + "\n");
        served = new Served(AdminOptions.defaults().tokenFile(tokens));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private Reply as(NewToken token, String method, String path, String body) {
        return served.api(method, path, body, "Authorization", "Bearer " + token.token());
    }

    private JsonObject page(String query) {
        Reply reply = as(admin, "GET", "/audit" + query, null);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
        return reply.json();
    }

    private static List<JsonObject> items(JsonObject page) {
        return page.getJsonArray("items").stream().map(JsonObject.class::cast).toList();
    }

    private JsonObject newest() {
        return items(page("?limit=1")).get(0);
    }

    private AuditFile writeTo(Path path) throws Exception {
        AuditFile file = AuditFile.open(served.vertx, path, event -> {})
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        served.control.auditTo(file);
        return file;
    }

    @Test
    void whatWasRefusedIsRecordedWithWhatWasAskedAndNoSecretOfIt() {
        as(operator, "PUT", "/listeners/one", ECHO);

        as(operator, "PATCH", "/listeners/one", "{\"backlog\":0,\"protocolOptions\":{\"password\":\"x\"}}");
        assertThat(newest().getString("outcome")).isEqualTo("refused");
        assertThat(newest().getJsonObject("input"))
                .isEqualTo(new JsonObject("{\"backlog\":0,\"protocolOptions\":{\"password\":\"***\"}}"));
        as(operator, "DELETE", "/listeners/one?drainTimeout=soon", null);
        assertThat(newest().getJsonObject("input")).isEqualTo(new JsonObject("{\"drainTimeout\":\"soon\"}"));
        as(operator, "PATCH", "/listeners/one?restart=true", "{\"protocolOptions\":{\"token\":\"x\"}}");
        assertThat(newest().getString("outcome")).isEqualTo("refused");
        assertThat(newest().getJsonObject("input"))
                .isEqualTo(new JsonObject("{\"protocolOptions\":{\"token\":\"***\"},\"restart\":true}"));
        as(operator, "PUT", "/listeners/two", "{\"port\":80,\"protocol\":\"echo\"}");
        assertThat(newest().getString("problem")).endsWith("not-allowed");
        assertThat(newest().getJsonObject("input").getInteger("port")).isEqualTo(80);
        as(
                operator,
                "PUT",
                "/listeners/two",
                "{\"protocol\":\"echo\",\"protocolOptions\":{\"kennwort\":{\"a\":\"s3cret\"}}}");
        assertThat(newest().getJsonObject("input").getJsonObject("protocolOptions"))
                .isEqualTo(new JsonObject("{\"kennwort\":\"***\"}"));
        as(
                operator,
                "PUT",
                "/listeners/two",
                "{\"protocol\":\"echo\",\"kennwort\":\"s3cret\",\"host\":\"a://u:s3cret@h\"}");
        assertThat(newest().getJsonObject("input"))
                .isEqualTo(new JsonObject("{\"protocol\":\"echo\",\"kennwort\":\"***\",\"host\":\"a://u:***@h\"}"));
        as(operator, "POST", "/listeners/one/control?kennwort=s3cret", "{\"message\":\"suspend\"}");
        assertThat(newest().getJsonObject("input"))
                .isEqualTo(new JsonObject("{\"message\":\"suspend\",\"kennwort\":\"***\"}"));
        as(viewer, "POST", "/listeners/one/control", "{\"message\":\"suspend\"}");
        assertThat(newest().getString("problem")).endsWith("forbidden");
        assertThat(newest().getValue("input")).isNull();
        as(operator, "POST", "/listeners/one/control", "{\"message\":");
        assertThat(newest().getString("outcome")).isEqualTo("refused");
        assertThat(newest().getValue("input")).isNull();
    }

    @Test
    void ofALongInputThatWasRefusedTheBeginningIsRecorded() {
        String name = "x".repeat(10_000);
        as(operator, "PUT", "/listeners/one", "{\"protocol\":\"" + name + "\"}");

        assertThat(newest().getJsonObject("input"))
                .isEqualTo(new JsonObject().put("cut", ("{\"protocol\":\"" + name).substring(0, 4096)));
    }

    @Test
    void aChangeIsRecordedWithWhoFromWhereWhatBeforeAndAfter() {
        as(operator, "PUT", "/listeners/one", ECHO);
        JsonObject made = newest();
        assertThat(made.getString("at")).endsWith("Z");
        assertThat(made.copy()
                        .put("at", "")
                        .put("id", "")
                        .put("after", (Object) null)
                        .put("input", (Object) null))
                .isEqualTo(new JsonObject("""
                        {"id": "", "at": "", "who": "otto", "role": "operator", "door": "rest", "from": "127.0.0.1",
                         "operation": "putListener", "target": "one", "outcome": "done", "problem": null, "input": null,
                         "before": null, "after": null}"""));
        assertThat(made.getJsonObject("after").getString("state")).isEqualTo("listening");
        assertThat(made.getJsonObject("input").getString("protocol")).isEqualTo("echo");

        as(operator, "PATCH", "/listeners/one", "{\"maxConnections\":7}");
        JsonObject patched = newest();
        assertThat(patched.getString("operation")).isEqualTo("patchListener");
        assertThat(patched.getJsonObject("input")).isEqualTo(new JsonObject("{\"maxConnections\":7}"));
        assertThat(patched.getJsonObject("before")).isEqualTo(made.getJsonObject("after"));
        assertThat(patched.getJsonObject("after"))
                .isEqualTo(made.getJsonObject("after").copy().put("maxConnections", 7));

        as(operator, "POST", "/listeners/one/control", "{\"message\":\"suspend\"}");
        JsonObject told = newest();
        assertThat(told.getJsonObject("input")).isEqualTo(new JsonObject("{\"message\":\"suspend\"}"));
        assertThat(told.getJsonObject("before").getString("state")).isEqualTo("listening");
        assertThat(told.getJsonObject("after").getString("state")).isEqualTo("suspended");

        as(operator, "DELETE", "/listeners/one?drainTimeout=0s", null);
        JsonObject deleted = items(page("?target=one&limit=1")).get(0);
        assertThat(deleted.getString("operation")).isEqualTo("deleteListener");
        assertThat(deleted.getJsonObject("input")).isEqualTo(new JsonObject("{\"drainTimeout\":\"0s\"}"));
        assertThat(deleted.getJsonObject("before").getString("state")).isEqualTo("suspended");
    }

    @Test
    void attemptsThatWereRefusedAreRecordedWithTheProblemThatTheirCallerWasTold() {
        as(viewer, "PUT", "/listeners/one", ECHO);
        assertRefused("vera", "putListener", "one", "forbidden");

        as(operator, "PUT", "/listeners/one", "{\"protocol\":\"echo\",\"password\":\"hunter2\"}");
        assertRefused("otto", "putListener", "one", "invalid-input");

        as(operator, "PUT", "/listeners/one", "no JSON");
        assertRefused("otto", "putListener", "one", "invalid-input");

        served.api(
                "PUT",
                "/listeners/one",
                ECHO,
                "Authorization",
                "Bearer " + operator.token(),
                "Content-Type",
                "text/plain");
        assertRefused("otto", "putListener", "one", "unsupported-media-type");

        as(operator, "PUT", "/listeners/one", "{\"host\":\"127.0.0.1\",\"port\":22,\"protocol\":\"echo\"}");
        assertRefused("otto", "putListener", "one", "not-allowed");

        as(operator, "DELETE", "/connections/nobody", null);
        assertRefused("otto", "deleteConnection", "nobody", "not-found");

        as(operator, "POST", "/connections/nobody/control", "{\"message\":\"producerFinished\"}");
        assertRefused("otto", "controlConnection", "nobody", "not-found");

        as(operator, "DELETE", "/operations/none?x=1", null);
        assertRefused("otto", "cancelOperation", "none", "invalid-input");

        String all = as(admin, "GET", "/audit", null).response().body();
        assertThat(all).doesNotContain("hunter2").doesNotContain(operator.token());
        assertThat(items(page("?outcome=refused"))).hasSize(8);
    }

    private void assertRefused(String who, String operation, String target, String problem) {
        JsonObject last = newest();
        assertThat(last.getString("who")).isEqualTo(who);
        assertThat(last.getString("operation")).isEqualTo(operation);
        assertThat(last.getString("target")).isEqualTo(target);
        assertThat(last.getString("outcome")).isEqualTo("refused");
        assertThat(last.getString("problem")).isEqualTo("urn:kamaelia:problem:" + problem);
        assertThat(last.getValue("after")).isNull();
    }

    @Test
    void whatOnlyReadsIsNotRecorded() {
        as(viewer, "GET", "/listeners", null);
        as(viewer, "GET", "/listeners/none", null);
        as(viewer, "GET", "/connections?limit=x", null);
        Reply low = as(operator, "GET", "/audit", null);

        assertThat(low.status()).isEqualTo(403);
        assertThat(items(page(""))).isEmpty();
    }

    @Test
    void concurrentChangesOfOneListenerAreAllRecordedInTheOrderInWhichTheyWereDone() throws Exception {
        Path file = directory.resolve("audit.jsonl");
        AuditFile open = writeTo(file);
        as(operator, "PUT", "/listeners/one", ECHO);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            int mine = 1 + t * 20;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 20; i++) {
                    as(operator, "PATCH", "/listeners/one", "{\"maxConnections\":" + (mine + i) + "}");
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        List<JsonObject> records = new ArrayList<>(items(page("?limit=1000")));
        Collections.reverse(records);
        assertThat(records).hasSize(121);
        for (int i = 1; i < records.size(); i++) {
            assertThat(records.get(i).getJsonObject("before"))
                    .isEqualTo(records.get(i - 1).getJsonObject("after"));
        }
        assertThat(Files.readAllLines(file).stream().map(JsonObject::new)).containsExactlyElementsOf(records);
        assertThat(open.close()).isNotNull();
    }

    @Test
    void aChangeIsAnsweredWhenItsRecordIsInTheFile() throws Exception {
        Path file = directory.resolve("audit.jsonl");
        writeTo(file);
        for (int i = 0; i < 20; i++) {
            String name = "listener" + i;
            as(operator, "PUT", "/listeners/" + name, "{}"); // refused at the door
            as(operator, "PUT", "/listeners/" + name, ECHO);
            assertThat(Files.readAllLines(file).stream().map(line -> new JsonObject(line).getString("target")))
                    .hasSize(2 * (i + 1))
                    .endsWith(name, name);
        }
    }

    @Test
    void aFullDeviceIsToldAndStopsNoChangeAndTheRecordsAreWrittenLater() throws Exception {
        assumeThat(Path.of("/dev/full")).exists();
        Path file = directory.resolve("audit.jsonl");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        writeTo(file);

        assertThat(as(operator, "PUT", "/listeners/one", ECHO).status()).isEqualTo(201);
        assertThat(as(operator, "PATCH", "/listeners/one", "{\"maxConnections\":7}")
                        .status())
                .isEqualTo(200);

        Reply ready = ready();
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().getString("status")).isEqualTo("ready");
        assertThat(ready.json().getJsonArray("reasons").getString(0))
                .startsWith("audit.file " + file + " cannot be written: ")
                .endsWith("; 2 records wait for it, 0 are only in the log");
        assertThat(items(page(""))).hasSize(2);

        Files.delete(file);
        Running.until(
                "all is written", () -> ready().json().getJsonArray("reasons").isEmpty());
        assertThat(Files.readAllLines(file).stream().map(line -> new JsonObject(line).getString("operation")))
                .containsExactly("putListener", "patchListener");
    }

    private Reply ready() {
        return served.get("/health/ready", "Authorization", "Bearer " + admin.token());
    }

    @Test
    void pagesHoldEachRecordOnceWhileMoreAreMade() {
        for (int i = 0; i < 10; i++) {
            as(operator, "DELETE", "/connections/c" + i, null);
        }
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            JsonObject page = page("?who=otto&limit=3" + (cursor == null ? "" : "&cursor=" + cursor));
            items(page).forEach(each -> seen.add(each.getString("target")));
            cursor = page.getString("nextCursor");
            as(operator, "DELETE", "/connections/later", null);
        } while (cursor != null);

        assertThat(seen).containsExactly("c9", "c8", "c7", "c6", "c5", "c4", "c3", "c2", "c1", "c0");
        Reply foreign = as(admin, "GET", "/audit?cursor=audit-0-7", null);
        assertThat(foreign.status()).isEqualTo(400);
        assertThat(foreign.detail()).contains("leave it out to begin anew");
    }

    @Test
    void filtersChooseByWhoOperationTargetAndOutcome() {
        as(operator, "PUT", "/listeners/one", ECHO);
        as(admin, "PUT", "/listeners/two", ECHO);
        as(viewer, "DELETE", "/listeners/two", null);

        assertThat(targets("?who=otto")).containsExactly("one");
        assertThat(targets("?operation=putListener")).containsExactly("two", "one");
        assertThat(targets("?target=two")).containsExactly("two", "two");
        assertThat(targets("?outcome=refused")).containsExactly("two");
        assertThat(as(admin, "GET", "/audit?outcome=lost", null).detail()).contains("done, refused, failed");
        Reply typo = as(admin, "GET", "/audit?operation=putListner", null);
        assertThat(typo.status()).isEqualTo(400);
        assertThat(typo.error(0).getString("parameter")).isEqualTo("operation");
        assertThat(typo.detail()).startsWith("operation \"putListner\" is unknown: use putListener, patchListener, ");
        assertThat(as(admin, "GET", "/audit?limit=0", null).status()).isEqualTo(400);
    }

    private List<String> targets(String query) {
        return items(page(query)).stream().map(each -> each.getString("target")).toList();
    }
}
