package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.control.AuditQuery;
import org.kamaelia.control.AuditRecord;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.Role;

/** The operations on the event bus, without HTTP. */
@Timeout(60)
class ControlBusIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Running.await(vertx.close());
    }

    @Test
    void anOperationIsAskedForByItsIdAndAnsweredAsOverHttp() {
        Kamaelia unused = open(Role.OPERATOR);

        JsonObject made = ask("putListener", new JsonObject().put("name", "echo"), echo());
        assertThat(made.getInteger("status")).isEqualTo(201);
        assertThat(made.getJsonObject("headers").getString("location")).isEqualTo("/api/v1/listeners/echo");
        assertThat(made.getJsonObject("body").getInteger("boundPort")).isPositive();

        JsonObject listed = ask("listConnections", new JsonObject().put("limit", 10), null);
        assertThat(listed.getInteger("status")).isEqualTo(200);
        assertThat(listed.getJsonObject("body").getJsonArray("items")).isEmpty();
    }

    @Test
    void conditionsGoByTheNamesOfTheirHeaders() {
        Kamaelia unused = open(Role.OPERATOR);
        ask("putListener", new JsonObject().put("name", "echo"), echo());

        JsonObject stale = ask(
                "patchListener",
                new JsonObject().put("name", "echo").put("If-Match", "\"gone\""),
                new JsonObject().put("idleTimeout", "5s"));

        assertThat(stale.getInteger("status")).isEqualTo(412);
        assertThat(type(stale)).isEqualTo("stale");
    }

    @Test
    void whatTheRoleDoesNotAllowIsRefusedAndRecorded() {
        Kamaelia kamaelia = open(Role.VIEWER);

        JsonObject refused = ask("putListener", new JsonObject().put("name", "echo"), echo());

        assertThat(refused.getInteger("status")).isEqualTo(403);
        assertThat(type(refused)).isEqualTo("forbidden");
        assertThat(ask("listListeners", null, null).getInteger("status")).isEqualTo(200);
        AuditRecord record = Running.await(kamaelia.control().audit(AuditQuery.newest(1)))
                .items()
                .get(0);
        assertThat(record.toJson().getString("door")).isEqualTo("event-bus");
        assertThat(record.toJson().getString("target")).isEqualTo("echo");
        assertThat(record.toJson().getString("outcome")).isEqualTo("refused");
    }

    @Test
    void whatCannotBeRightIsAnsweredWithWhatToMend() {
        Kamaelia unused = open(Role.ADMIN);

        assertThat(detail(ask("putListener", new JsonObject().put("name", "echo"), echo().put("port", "no"))))
                .contains("port");
        assertThat(detail(ask("putListener", null, echo()))).contains("name is missing");
        assertThat(detail(ask("getListener", new JsonObject().put("name", "echo"), echo())))
                .contains("takes none");
        assertThat(detail(ask("listListeners", new JsonObject().put("colour", "red"), null)))
                .contains("colour");
        assertThat(detail(ask("dance", null, null))).contains("\"dance\" is unknown", "listListeners");
        assertThat(detail(send("listListeners"))).contains("no JsonObject");
        assertThat(detail(send(new JsonObject().put("operation", 5)))).contains("operation");
    }

    @Test
    void aMessageThatWantsNoAnswerIsObeyedAllTheSame() {
        Kamaelia kamaelia = open(Role.OPERATOR);
        JsonObject put = new JsonObject()
                .put("operation", "putListener")
                .put("parameters", new JsonObject().put("name", "quiet"))
                .put("body", echo());

        vertx.eventBus().send(EventBusOptions.ADDRESS, put);

        // a later one for the same name takes its turn behind it
        JsonObject second = ask("putListener", new JsonObject().put("name", "quiet"), echo());
        assertThat(second.getInteger("status")).isEqualTo(200);
        assertThat(Running.await(kamaelia.control().listeners())).hasSize(1);
    }

    @Test
    void nobodyIsThereUnlessItIsAskedForNorAfterTheEnd() {
        Kamaelia without = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(1));
        Running.await(without.open());
        assertThatThrownBy(() -> ask("listListeners", null, null)).hasMessageContaining("NO_HANDLERS");

        Kamaelia with = open(Role.VIEWER);
        Running.await(with.close());

        assertThatThrownBy(() -> ask("listListeners", null, null)).hasMessageContaining("NO_HANDLERS");
    }

    private Kamaelia open(Role role) {
        return Running.await(
                Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(1).eventBus(new EventBusOptions(role)))
                        .open());
    }

    private static JsonObject echo() {
        return new JsonObject().put("protocol", "echo").put("host", "127.0.0.1");
    }

    private JsonObject ask(String operation, JsonObject parameters, JsonObject body) {
        JsonObject message = new JsonObject().put("operation", operation);
        if (parameters != null) {
            message.put("parameters", parameters);
        }
        return send(body == null ? message : message.put("body", body));
    }

    private JsonObject send(Object message) {
        return Running.await(vertx.eventBus().<JsonObject>request(EventBusOptions.ADDRESS, message))
                .body();
    }

    private static String type(JsonObject reply) {
        return reply.getJsonObject("body").getString("type").replace("urn:kamaelia:problem:", "");
    }

    private static String detail(JsonObject reply) {
        assertThat(reply.getInteger("status")).isBetween(400, 404);
        return reply.getJsonObject("body").getString("detail");
    }
}
