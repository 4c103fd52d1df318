package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.rest.Served.Reply;

/** Every operation of the contract, as a caller of good manners uses it. */
class RestPlaneIT {

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.onLoopback();
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static JsonObject listener(String name) {
        return served.api("GET", "/listeners/" + name, null).json();
    }

    @Test
    void thePlaneIsFoundAsAService() {
        assertThat(ServiceLoader.load(AdminPlane.class)).anyMatch(RestPlane.class::isInstance);
    }

    @Test
    void aListenerIsMadeChangedToldAndDeleted() {
        Reply made = served.api("PUT", "/listeners/first", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo("/api/v1/listeners/first");
        assertThat(made.header("Content-Type")).isEqualTo("application/json");
        assertThat(made.json().getString("state")).isEqualTo("listening");
        assertThat(made.json().getString("drainTimeout")).isEqualTo("30s");
        assertThat(made.json().getInteger("receiveBound")).isEqualTo(65536);
        assertThat(made.json().getJsonObject("connections").fieldNames())
                .containsExactly(
                        "open",
                        "limit",
                        "accepted",
                        "rejected",
                        "rejectedBy",
                        "queued",
                        "closed",
                        "handshakesFailed",
                        "proxyRefused");

        Reply same = served.api("PUT", "/listeners/first", made.response().body());
        assertThat(same.status()).as(same.response().body()).isEqualTo(200);

        Reply patched = served.api(
                "PATCH", "/listeners/first", "{\"idleTimeout\":\"off\"}", "Content-Type", Served.MERGE_PATCH);
        assertThat(patched.status()).as(patched.response().body()).isEqualTo(200);
        assertThat(listener("first").getString("idleTimeout")).isEqualTo("off");

        Reply suspended = served.api("POST", "/listeners/first/control", "{\"message\":\"suspend\"}");
        assertThat(suspended.status()).isEqualTo(202);
        assertThat(suspended.json().getString("state")).isEqualTo("suspended");

        Reply deleted = served.api("DELETE", "/listeners/first?drainTimeout=0s", null);
        assertThat(deleted.status()).isEqualTo(202);
        assertThat(deleted.json().getString("kind")).isEqualTo("delete");
        assertThat(deleted.json().getString("target")).isEqualTo("first");
        assertThat(deleted.header("Location"))
                .isEqualTo("/api/v1/operations/" + deleted.json().getString("id"));
        assertThat(served.get(deleted.header("Location")).json().getString("target"))
                .isEqualTo("first");
        assertThat(served.api("GET", "/operations", null).json().getJsonArray("items"))
                .isNotEmpty();
    }

    @Test
    void aListIsItemsAndACursor() {
        served.api("PUT", "/listeners/listed", "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}");

        JsonObject list = served.api("GET", "/listeners", null).json();

        assertThat(list.getJsonArray("items").stream().map(item -> ((JsonObject) item).getString("name")))
                .contains("listed");
        assertThat(list.containsKey("nextCursor")).isTrue();
        assertThat(list.getValue("nextCursor")).isNull();
    }

    @Test
    void protocolsAndInfoTellWhatRunsHere() {
        JsonObject echo = served.api("GET", "/protocols", null)
                .json()
                .getJsonArray("items")
                .getJsonObject(0);
        assertThat(echo.fieldNames()).containsExactly("name", "description", "optionsSchema");

        JsonObject info = served.api("GET", "/info", null).json();
        assertThat(info.getInteger("eventLoops")).isPositive();
        assertThat(info.getString("uptime")).matches("\\d+(s|m|h)");
        assertThat(info.getString("startedAt")).endsWith("Z");
    }

    @Test
    void theContractIsServedAsItIs() throws Exception {
        Reply reply = served.get("/openapi.yaml");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().body())
                .isEqualTo(java.nio.file.Files.readString(java.nio.file.Path.of("openapi.yaml")));
    }

    @Test
    void probesAreAnswered() {
        assertThat(served.get("/health/live").json()).isEqualTo(new JsonObject().put("status", "live"));
        Reply ready = served.get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().getString("status")).isEqualTo("ready");
        assertThat(served.send("HEAD", "/health/ready", null).status()).isEqualTo(200);
    }

    @Test
    void aLateBodyOfTheRightTypeIsReadWhateverItsCase() {
        Reply reply = served.api(
                "PUT",
                "/listeners/typed",
                "{\"host\":\"127.0.0.1\",\"protocol\":\"echo\"}",
                "Content-Type",
                "Application/JSON; charset=UTF-8");

        assertThat(reply.status()).as(reply.response().body()).isEqualTo(201);
    }
}
