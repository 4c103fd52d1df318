package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.rest.ContractCases.Case;
import org.kamaelia.rest.Document.Node;
import org.kamaelia.rest.Document.Operation;
import org.kamaelia.rest.Served.Reply;

/**
 * Walks the contract: every operation is asked for, every answer is held against what the contract says of it, and everything
 * that the contract promises (operations, successes, errors by their number, headers, required properties) must have been seen.
 */
class ContractWalkIT {

    private static final Set<Integer> NO_BODY = Set.of(204, 304);

    private static final Document CONTRACT = Document.read();

    @TempDir
    private static Path folder;

    private static Stage stage;

    private final Sightings sightings = new Sightings();
    private final Set<String> statuses = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void serve() throws Exception {
        stage = new Stage(folder);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void everyPromiseOfTheContractIsSeenKept() {
        // what has no end is no answer: EventsIT reads it
        List<Operation> operations = CONTRACT.operations().stream()
                .filter(operation -> !operation.id().equals("getEvents"))
                .toList();
        operations.forEach(this::promise);

        for (Operation operation : operations) {
            if (casesOf(operation).isEmpty()) {
                faults.add("no case for " + operation + ": add one to ContractCases for each of its statuses "
                        + operation.responses().keySet());
            } else {
                askWrongly(operation, casesOf(operation).get(0));
            }
        }
        for (Case each : ContractCases.ALL) {
            operations.stream()
                    .filter(operation -> operation.id().equals(each.operation()))
                    .findFirst()
                    .ifPresentOrElse(
                            operation -> ask(operation, each),
                            () -> faults.add("the contract knows no operation " + each.operation()));
        }

        unseenStatuses(operations)
                .forEach(status -> faults.add(status + " was never seen: add a case to ContractCases"));
        sightings
                .missing()
                .forEach(promise -> faults.add(promise + " was never seen: let a case of ContractCases show it"));
        assertThat(String.join("\n", faults)).isEmpty();
    }

    private void promise(Operation operation) {
        operation.bodies().values().forEach(sightings::promise);
        operation.responses().values().forEach(response -> {
            Document.content(response).values().forEach(sightings::promise);
            sightings.promiseHeaders(response);
        });
    }

    private static List<Case> casesOf(Operation operation) {
        return ContractCases.ALL.stream()
                .filter(each -> each.operation().equals(operation.id()))
                .toList();
    }

    /** Ranges, 4XX and 5XX, say what an error looks like, and not that there is one. */
    private Set<String> unseenStatuses(List<Operation> operations) {
        Set<String> unseen = new TreeSet<>();
        for (Operation operation : operations) {
            operation.responses().keySet().stream()
                    .filter(status -> !status.endsWith("XX"))
                    .map(status -> operation + " " + status)
                    .filter(status -> !statuses.contains(status))
                    .forEach(unseen::add);
        }
        return unseen;
    }

    private void ask(Operation operation, Case what) {
        Ask ask = what.ask().apply(stage);
        if (what.status() < 300) {
            checkRequest(operation, ask);
        }
        expect(operation, operation.method(), ask, what.status());
        stage.goOn();
    }

    /** What any operation answers to what cannot be right. */
    private void askWrongly(Operation operation, Case first) {
        Ask right = first.ask().apply(stage);
        expect(operation, operation.method(), right.query("nonsense", "1"), 400);
        expect(operation, "FROB", right, 405);
        for (Node parameter : operation.parameters("path")) {
            if (operation.responses().containsKey("404")) {
                expect(operation, operation.method(), right.withPath(parameter.json.getString("name"), "nobody"), 404);
            }
        }
        for (Node parameter : operation.parameters("query")) {
            if (!parameter.child("schema").orElseThrow().complaint("\0").isEmpty()) {
                expect(operation, operation.method(), right.query(parameter.json.getString("name"), "\0"), 400);
            }
        }
        if (!operation.bodies().isEmpty()) {
            askWithWrongBodies(operation, right);
        }
    }

    private void askWithWrongBodies(Operation operation, Ask right) {
        Stream.of("", "{", "[]", "null", "\"text\"", right.body() + right.body())
                .forEach(body -> expect(operation, operation.method(), right.body(body), 400));
        JsonObject body = new JsonObject(right.body());
        operation.bodies().values().stream()
                .flatMap(schema -> schema.texts("required").stream())
                .distinct()
                .forEach(name -> {
                    JsonObject without = body.copy();
                    without.remove(name);
                    expect(operation, operation.method(), right.body(without), 400);
                });
        expect(operation, operation.method(), right.body(body.copy().put("nonsense", 1)), 400);
        expect(operation, operation.method(), right.header("Content-Type", "text/plain"), 415);
        int most = AdminOptions.defaults().limits().bodyBytes();
        expect(operation, operation.method(), right.body(right.body() + " ".repeat(most)), 413);
    }

    /** A request that succeeds is one that the contract allows. */
    private void checkRequest(Operation operation, Ask ask) {
        Set<String> asked = new TreeSet<>(ask.query().keySet());
        operation.parameters("query").forEach(parameter -> asked.remove(parameter.json.getString("name")));
        if (!asked.isEmpty()) {
            faults.add(operation + " is asked with " + asked + ", which the contract does not know");
        }
        operation.bodies().forEach((type, schema) -> {
            JsonObject body = new JsonObject(ask.body());
            complain(schema.complaint(body), operation + " is asked with " + body);
            sightings.see(schema, body);
        });
    }

    private void expect(Operation operation, String method, Ask ask, int status) {
        String what = method + " " + ask.target(operation) + " " + abbreviated(ask.body());
        String[] headers = ask.headers().entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
                .toArray(String[]::new);
        Reply reply = stage.served.send(method, ask.target(operation), ask.body(), headers);
        if (reply.status() != status) {
            faults.add(what + ": expected " + status + " and got " + reply.status() + " "
                    + reply.response().body());
        }
        statuses.add(operation + " " + reply.status());
        operation
                .response(reply.status())
                .ifPresentOrElse(
                        response -> check(what, response, reply),
                        () -> faults.add(what + ": " + reply.status() + " is not in the contract"));
    }

    private void check(String what, Node response, Reply reply) {
        response.members("headers").forEach((name, header) -> {
            if (reply.header(name) != null) {
                Node schema = header.child("schema").orElseThrow();
                Object value = "integer".equals(schema.json.getString("type"))
                        ? (Object) Long.valueOf(reply.header(name))
                        : reply.header(name);
                complain(schema.complaint(value), what + ": header " + name);
                sightings.seeHeader(response, name);
            }
        });
        Map<String, Node> content = Document.content(response);
        String type = reply.header("Content-Type");
        if (content.isEmpty() && (NO_BODY.contains(reply.status()) || type == null)) {
            return;
        }
        if (!content.containsKey(String.valueOf(type))) {
            faults.add(what + ": " + reply.status() + " comes as " + type + ", the contract says " + content.keySet());
            return;
        }
        Object body = type.endsWith("json")
                ? Json.decodeValue(reply.response().body())
                : reply.response().body();
        Node schema = content.get(type);
        complain(schema.complaint(body), what + ": " + body);
        Set<String> undescribed = Sightings.undescribed(schema, body);
        if (!undescribed.isEmpty()) {
            faults.add(what + ": the contract does not describe " + undescribed);
        }
        sightings.see(schema, body);
    }

    private void complain(String complaint, String about) {
        if (!complaint.isEmpty()) {
            faults.add(about + ": " + complaint);
        }
    }

    private static String abbreviated(String body) {
        return body == null || body.length() < 200 ? String.valueOf(body) : body.substring(0, 200) + "...";
    }
}
