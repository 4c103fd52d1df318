package org.kamaelia.rest;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kamaelia.control.Role;

/**
 * {@code openapi.yaml}: the one description of the API, served as it is and routed from.
 *
 * <p>The router refuses media types that it does not know, though it never looks at them; {@link #open} shows it the same
 * contract with plain JSON in their place, and without the paths that are served beside it.
 */
final class Contract {

    private static final String RESOURCE = "/openapi.yaml";
    private static final String JSON = "application/json";
    private static final Set<String> UNKNOWN_TO_THE_ROUTER = Set.of(Problem.MEDIA_TYPE, "application/merge-patch+json");
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    private final String text;
    private final JsonObject forRouter;
    /** By operation id: what a body may be. */
    private final Map<String, Set<String>> mediaTypes = new HashMap<>();

    private Contract(String text, JsonObject document) {
        this.text = text;
        this.forRouter = document;
        JsonObject paths = document.getJsonObject("paths");
        paths.fieldNames().removeIf(path -> besideTheRouter(paths.getJsonObject(path)));
        for (String path : paths.fieldNames()) {
            JsonObject item = paths.getJsonObject(path);
            METHODS.stream().filter(item::containsKey).map(item::getJsonObject).forEach(this::noteMediaTypes);
        }
        document.remove("servers"); // a path by itself is right, and refused there
        document.remove("security"); // who may call is the guard's affair
        plain(document);
    }

    /** Reads the class path: blocks. */
    static Contract load() {
        try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Contract(
                    text, new JsonObject(new YAMLMapper().readTree(text).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /** The document as it was written. */
    String text() {
        return text;
    }

    /** What the API's own paths are routed by. */
    Future<OpenAPIContract> open(Vertx vertx) {
        return OpenAPIContract.from(vertx, forRouter);
    }

    /** What the body of an operation may be; empty if it has none. */
    Set<String> mediaTypes(Operation operation) {
        return mediaTypes.getOrDefault(operation.getOperationId(), Set.of());
    }

    /** The least role that may call. */
    static Role role(Operation operation) {
        return Role.named(operation.getOpenAPIModel().getString("x-role", Role.ADMIN.word()));
    }

    /** What lies outside the API, and what has no end. */
    private static boolean besideTheRouter(JsonObject item) {
        return item.containsKey("servers") || item.encode().contains("\"" + EventStreams.MEDIA_TYPE + "\"");
    }

    private void noteMediaTypes(JsonObject operation) {
        JsonObject body = operation.getJsonObject("requestBody");
        if (body != null) {
            Set<String> types = Set.copyOf(body.getJsonObject("content").fieldNames());
            mediaTypes.put(operation.getString("operationId"), types);
        }
    }

    /** Wherever there is content: JSON in place of what the router does not know. */
    private static void plain(Object json) {
        if (json instanceof JsonObject object) {
            JsonObject content = object.getValue("content") instanceof JsonObject found ? found : new JsonObject();
            UNKNOWN_TO_THE_ROUTER.stream()
                    .filter(content::containsKey)
                    .forEach(type -> content.put(JSON, content.remove(type)));
            object.fieldNames().forEach(name -> plain(object.getValue(name)));
        } else if (json instanceof JsonArray array) {
            array.forEach(Contract::plain);
        }
    }
}
