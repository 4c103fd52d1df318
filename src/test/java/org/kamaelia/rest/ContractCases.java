package org.kamaelia.rest;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * Requests that together show every operation of the contract with every status that it names. A new operation needs a case for
 * each success and for each error that is its own; what follows from the contract by itself (unknown parameters and names, bodies
 * that are none, wrong methods) is derived from the operation's first case, see {@link ContractWalkIT}.
 */
final class ContractCases {

    /**
     * One request and what it is answered with.
     *
     * @param ask makes what the request is about, and the request
     */
    record Case(String operation, int status, Function<Stage, Ask> ask) {

        @Override
        public String toString() {
            return operation + " " + status;
        }
    }

    private static final JsonObject ECHO =
            new JsonObject().put("host", "127.0.0.1").put("protocol", "echo");
    private static final JsonObject NEEDS_A_RESTART = new JsonObject().put("backlog", 7);

    static final List<Case> ALL = List.of(
            on("listListeners", 200, stage -> {
                String unused = stage.listener();
                return Ask.plain();
            }),
            on("getListener", 200, stage -> Ask.path("name", stage.listener())),
            on("putListener", 201, stage -> Ask.path("name", stage.newName()).body(ECHO)),
            on("putListener", 200, stage -> Ask.path("name", stage.listener()).body(ECHO)),
            on(
                    "putListener",
                    200,
                    stage -> Ask.path("name", stage.listener())
                            .query("restart", "true")
                            .body(ECHO.copy().mergeIn(NEEDS_A_RESTART))),
            on(
                    "putListener",
                    200,
                    stage -> Ask.path("name", stage.listener())
                            .body(ECHO.copy()
                                    .put("maxConnections", 9)
                                    .put("allow", List.of("127.0.0.0/8"))
                                    .put("drainTimeout", "1s")
                                    .putNull("maxAge"))),
            on(
                    "putListener",
                    409,
                    stage -> Ask.path("name", stage.listener()).body(ECHO.copy().mergeIn(NEEDS_A_RESTART))),
            on(
                    "putListener",
                    409,
                    stage -> Ask.path("name", stage.drainingListener()).body(ECHO)),
            on(
                    "patchListener",
                    200,
                    stage -> Ask.path("name", stage.listener()).body(new JsonObject().put("idleTimeout", "off"))),
            on("patchListener", 409, stage -> Ask.path("name", stage.listener()).body(NEEDS_A_RESTART)),
            on("deleteListener", 202, stage -> Ask.path("name", stage.listener())),
            on(
                    "deleteListener",
                    202,
                    stage -> Ask.path("name", stage.listener()).query("drainTimeout", "0s")),
            on(
                    "controlListener",
                    202,
                    stage -> Ask.path("name", stage.listener()).body(message("suspend"))),
            on(
                    "controlListener",
                    202,
                    stage -> Ask.path("name", stage.listener())
                            .body(message("serverShutdown").put("drainTimeout", "1s"))),
            on(
                    "controlListener",
                    200,
                    stage -> Ask.path("name", stage.drainingListener())
                            .body(message("serverShutdown")
                                    .put("drainTimeout", "1s")
                                    .put("dryRun", true))),
            on(
                    "controlListener",
                    409,
                    stage -> Ask.path("name", stage.drainingListener()).body(message("suspend"))),
            on("getListener", 304, stage -> {
                String name = stage.listener();
                return Ask.path("name", name).header("If-None-Match", stage.tag(name));
            }),
            on("putListener", 412, stage -> stale(stage).body(ECHO)),
            on("patchListener", 412, stage -> stale(stage).body(new JsonObject().put("idleTimeout", "off"))),
            on("deleteListener", 412, ContractCases::stale),
            on("controlListener", 412, stage -> stale(stage).body(message("suspend"))),
            on("listConnections", 200, stage -> {
                String unused = stage.connection();
                return Ask.plain();
            }),
            on("listConnections", 200, stage -> {
                String unused = stage.connection();
                return Ask.plain()
                        .query("remoteAddress", "127.0.0.1")
                        .query("minIdle", "0s")
                        .query("minAge", "0s")
                        .query("state", "open")
                        .query("sort", "-idle")
                        .query("limit", "1");
            }),
            on("getConnection", 200, stage -> Ask.path("id", stage.connection())),
            on("getConnection", 200, stage -> Ask.path("id", stage.secureConnection())),
            on("getConnection", 200, stage -> Ask.path("id", stage.closedConnection())),
            on("deleteConnection", 202, stage -> Ask.path("id", stage.connection())),
            on("deleteConnection", 409, stage -> Ask.path("id", stage.closedConnection())),
            on(
                    "controlConnection",
                    202,
                    stage -> Ask.path("id", stage.connection()).body(message("producerFinished"))),
            on(
                    "controlConnection",
                    409,
                    stage -> Ask.path("id", stage.closedConnection()).body(message("producerFinished"))),
            on(
                    "controlConnections",
                    202,
                    stage -> Ask.plain().body(message("producerFinished").put("listener", stage.drainingListener()))),
            on(
                    "controlConnections",
                    202,
                    stage -> Ask.plain()
                            .body(message("shutdownMicroprocess")
                                    .put("listener", stage.drainingListener())
                                    .put("remoteAddress", "127.0.0.0/8")
                                    .put("minIdle", "0s")
                                    .put("minAge", "0s")
                                    .put("state", "draining")
                                    .put("percent", 50)
                                    .put("order", "idlest")
                                    .put("perSecond", 1))),
            on(
                    "controlConnections",
                    200,
                    stage -> Ask.plain()
                            .body(message("producerFinished")
                                    .put("listener", stage.drainingListener())
                                    .put("dryRun", true))),
            on(
                    "controlConnections",
                    404,
                    stage -> Ask.plain().body(message("producerFinished").put("listener", stage.newName()))),
            on("listComponents", 200, stage -> {
                String unused = stage.connection();
                return Ask.plain();
            }),
            on("listComponents", 200, stage -> {
                String unused = stage.component();
                return Ask.plain()
                        .query("kind", "Desk")
                        .query("loop", "0")
                        .query("waitsFor", "message")
                        .query("limit", "1");
            }),
            on("getComponent", 200, stage -> Ask.path("id", stage.component())),
            on("getComponent", 200, stage -> {
                String unused = stage.connection();
                return Ask.path("id", stage.youngest("ConnectedSocketAdapter"));
            }),
            on(
                    "sendToBox",
                    202,
                    stage -> Ask.path("id", stage.component())
                            .withPath("box", "notices")
                            .query("timeout", "1s")
                            .body(message("back in five minutes"))),
            on(
                    "sendToBox",
                    409,
                    stage -> Ask.path("id", stage.fullComponent())
                            .withPath("box", "notices")
                            .body(message("one too many"))),
            on("listKinds", 200, stage -> Ask.plain()),
            on("listOperations", 200, stage -> {
                String unused = stage.operation();
                return Ask.plain();
            }),
            on("getOperation", 200, stage -> Ask.path("id", stage.operation())),
            on("cancelOperation", 200, stage -> Ask.path("id", stage.operation())),
            on("cancelOperation", 409, stage -> Ask.path("id", stage.cancelledOperation())),
            on("listProtocols", 200, stage -> Ask.plain()),
            on("getInfo", 200, stage -> Ask.plain()),
            on("getLiveness", 200, stage -> Ask.plain()),
            on("getReadiness", 200, stage -> Ask.plain()),
            on("getContract", 200, stage -> Ask.plain()),
            on("listLoggers", 200, stage -> Ask.plain()),
            on("getLogger", 200, stage -> Ask.path("name", "org.kamaelia.walked.by")),
            on("getLogger", 400, stage -> Ask.path("name", "two words")),
            on(
                    "putLogger",
                    200,
                    stage -> Ask.path("name", "org.kamaelia.walked").body(new JsonObject().put("level", "warn"))),
            on(
                    "putLogger",
                    200,
                    stage -> Ask.path("name", "org.kamaelia.walked").body(new JsonObject().putNull("level"))),
            on("listConnections", 503, stage -> {
                stage.crowd();
                return Ask.plain().query("sort", "-idle");
            }),
            on("controlConnections", 503, stage -> {
                stage.crowd();
                return Ask.plain()
                        .body(message("producerFinished").put("all", true).put("dryRun", true));
            }),
            on("controlListener", 503, stage -> {
                String name = stage.listener();
                stage.crowd();
                return Ask.path("name", name).body(message("serverShutdown").put("dryRun", true));
            }),
            on("listComponents", 503, stage -> {
                stage.crowd();
                return Ask.plain();
            }),
            on("listKinds", 503, stage -> {
                stage.crowd();
                return Ask.plain();
            }),
            // what came before is told
            on("listAudit", 200, stage -> Ask.plain().query("limit", "1000")),
            // from here on nothing new is started
            on("getReadiness", 503, stage -> {
                stage.served.control.beginShutdown();
                return Ask.plain();
            }));

    private ContractCases() {}

    private static Case on(String operation, int status, Function<Stage, Ask> ask) {
        return new Case(operation, status, ask);
    }

    private static Ask stale(Stage stage) {
        return Ask.path("name", stage.listener()).header("If-Match", "\"long-gone\"");
    }

    private static JsonObject message(String name) {
        return new JsonObject().put("message", name);
    }
}
