package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.Role;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;

/** The contract and the code say the same. */
class ContractTest {

    private final JsonObject document = read();
    private final JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");

    private static JsonObject read() {
        try {
            JsonNode tree = new YAMLMapper().readTree(Files.readString(Path.of("openapi.yaml")));
            return new JsonObject(tree.toString());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject properties(String schema) {
        return schemas.getJsonObject(schema).getJsonObject("properties");
    }

    private List<JsonObject> operations() {
        List<JsonObject> operations = new ArrayList<>();
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject item = paths.getJsonObject(path);
            for (String method : List.of("get", "put", "post", "patch", "delete")) {
                if (item.containsKey(method)) {
                    operations.add(item.getJsonObject(method).put("path", path));
                }
            }
        }
        return operations;
    }

    private JsonObject operation(String id) {
        return operations().stream()
                .filter(operation -> id.equals(operation.getString("operationId")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itsOptionsAreThoseOfAListenerWithTheSameDefaults() {
        JsonObject described = properties("ListenerOptions");
        JsonObject defaults = ListenerOptions.of("echo").toJson();

        Set<String> names = new TreeSet<>(defaults.fieldNames());
        names.addAll(List.of(
                "portRange",
                "path",
                "maxConnections",
                "acceptRate",
                "acceptBurst",
                "perAddressLimit",
                "rateIn",
                "rateOut",
                "listenerRateIn",
                "listenerRateOut",
                "keepAliveIdle",
                "keepAliveInterval",
                "keepAliveCount",
                "tcpUserTimeout",
                "receiveBuffer",
                "sendBuffer",
                "tls")); // these have no value unless one is given
        assertThat(new TreeSet<>(described.fieldNames())).isEqualTo(names);
        JsonObject example = operation("putListener")
                .getJsonObject("requestBody")
                .getJsonObject("content")
                .getJsonObject("application/json")
                .getJsonObject("examples")
                .getJsonObject("defaults")
                .getJsonObject("value");
        assertThat(example).isEqualTo(defaults);
    }

    /** Generated clients send a schema's defaults: a patch with them would take every option back to its default. */
    @Test
    void anOptionHasNoDefaultInItsSchemaSinceAPatchHasNone() {
        properties("ListenerOptions")
                .forEach(option -> assertThat(option.getValue().toString())
                        .as("%s: its default belongs into putListener's example \"defaults\"", option.getKey())
                        .doesNotContain("\"default\":"));
    }

    @Test
    void itsRangesAreThoseOfAListener() {
        for (String name : List.of(
                "port",
                "backlog",
                "maxConnections",
                "acceptRate",
                "acceptBurst",
                "perAddressLimit",
                "receiveBound",
                "sendBound",
                "rateIn",
                "rateOut",
                "listenerRateIn",
                "listenerRateOut",
                "keepAliveCount",
                "receiveBuffer",
                "sendBuffer")) {
            JsonObject option = properties("ListenerOptions").getJsonObject(name);
            int min = option.getInteger("minimum");
            int max = option.getInteger("maximum");
            assertThat(reads(name, min)).as(name).isTrue();
            assertThat(reads(name, max)).as(name).isTrue();
            assertThat(reads(name, min - 1)).as(name).isFalse();
            assertThat(reads(name, max + 1)).as(name).isFalse();
        }
    }

    private static boolean reads(String name, Object value) {
        try {
            ListenerOptions.fromJson(new JsonObject().put("protocol", "echo").put(name, value));
            return true;
        } catch (InvalidOptions e) {
            return false;
        }
    }

    @Test
    void whatCannotChangeLiveIsMarked() {
        ListenerOptions options = ListenerOptions.of("echo");
        JsonObject described = properties("ListenerOptions");
        JsonObject other = new JsonObject("""
                {"host": "::1", "port": 7, "protocol": "x", "protocolOptions": {"a": 1}, "backlog": 1, "reusePort": true,
                 "tcpNoDelay": false, "keepAlive": false, "keepAliveIdle": "1s", "keepAliveInterval": "1s",
                 "keepAliveCount": 1, "tcpUserTimeout": "1s", "receiveBuffer": 8192, "sendBuffer": 8192, "maxConnections": 1, "whenFull": "queue",
                 "acceptRate": 1, "acceptBurst": 1, "perAddressLimit": 1, "allow": ["::1"], "deny": ["::1"], "idleTimeout": "off",
                 "maxAge": "1h", "writeTimeout": "off", "drainTimeout": "0s",
                 "closeTimeout": "1s", "receiveBound": 1024, "sendBound": 1024, "rateIn": 2000, "rateOut": 2000,
                 "listenerRateIn": 2000, "listenerRateOut": 2000, "halfClose": false,
                 "handshakeTimeout": "1s", "tls": {"certificates": ["web"]},
                 "proxyProtocol": {"mode": "required"}}""");
        Set<String> notLive = new TreeSet<>(options.notLive(ListenerOptions.fromJson(other)));
        notLive.add("portRange");
        notLive.add("path");

        Set<String> marked = new TreeSet<>(described.fieldNames());
        marked.removeIf(
                name -> !described.getJsonObject(name).getString("description").contains("Needs a restart to change."));
        assertThat(marked).isEqualTo(notLive);
    }

    @Test
    void whatAnswersHoldBesideTheOptionsMayBeSentBack() {
        Set<String> ignored = new TreeSet<>(properties("ListenerIgnored").fieldNames());

        assertThat(ignored).containsAll(properties("ListenerStatus").fieldNames());
        assertThat(ignored).allMatch(name -> reads(name, new JsonObject()));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyProblemIsDescribed(Kind kind) {
        String description = document.getJsonObject("info").getString("description");

        assertThat(description).contains("| `" + kind.type().replace("urn:kamaelia:problem:", "") + "` | ");
    }

    @ParameterizedTest
    @EnumSource(ListenerState.class)
    void everyStateIsDescribed(ListenerState state) {
        assertThat(properties("ListenerStatus").getJsonObject("state").getString("description"))
                .contains("`" + state.json() + "`:");
    }

    @ParameterizedTest
    @EnumSource
    void everyCauseOfAnEndIsDescribed(CloseCause cause) {
        assertThat(properties("Connection").getJsonObject("closeCause").getString("description"))
                .contains("`" + cause + "`");
    }

    @Test
    void everyOperationBeyondProbesHasItsRole() {
        for (JsonObject operation : operations()) {
            if (operation.getString("path").startsWith(Guard.PROBES)) {
                assertThat(operation.getJsonArray("security")).isEmpty();
            } else {
                Role role = Role.named(operation.getString("x-role"));
                String id = operation.getString("operationId");
                assertThat(role == Role.VIEWER).as(id).isEqualTo(id.matches("(get|list).*") && !id.equals("listAudit"));
            }
        }
    }

    @Test
    void whatTheRecordCanBeAskedForIsWhatIsRecorded() {
        Set<String> changes = operations().stream()
                .map(operation -> operation.getString("operationId"))
                .filter(id -> !id.matches("(get|list).*"))
                .collect(Collectors.toCollection(TreeSet::new));
        changes.add("shutDown");
        JsonObject filter = operation("listAudit").getJsonArray("parameters").stream()
                .map(JsonObject.class::cast)
                .filter(parameter -> "operation".equals(parameter.getString("name")))
                .findFirst()
                .orElseThrow();

        assertThat(filter.getJsonObject("schema").getJsonArray("enum"))
                .isEqualTo(new JsonArray(AuditEndpoints.OPERATIONS));
        assertThat(AuditEndpoints.OPERATIONS).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void itsPagesAndItsPathAreTheCodes() {
        JsonObject limit = operation("listConnections").getJsonArray("parameters").stream()
                .map(JsonObject.class::cast)
                .filter(parameter -> "limit".equals(parameter.getString("name")))
                .findFirst()
                .orElseThrow()
                .getJsonObject("schema");

        assertThat(limit.getInteger("maximum")).isEqualTo(ConnectionQuery.MOST);
        assertThat(limit.getInteger("default")).isEqualTo(ConnectionQuery.DEFAULT_LIMIT);
        assertThat(document.getJsonArray("servers").getJsonObject(0).getString("url"))
                .isEqualTo(RestPlane.BASE_PATH);
        assertThat(AdminOptions.defaults().limits().bodyBytes()).isLessThan(2 << 20);
    }
}
