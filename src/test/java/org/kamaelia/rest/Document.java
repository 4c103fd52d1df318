package org.kamaelia.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The contract as it is written, for tests that are driven by it. Not for several threads. */
final class Document {

    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private final JsonObject root;
    private final Map<String, Validator> validators = new ConcurrentHashMap<>();

    private Document(JsonObject root) {
        this.root = root;
    }

    static Document read() {
        try {
            JsonNode tree = new YAMLMapper().readTree(Files.readString(Path.of("openapi.yaml")));
            return new Document(new JsonObject(tree.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in the document, references followed. */
    final class Node {

        final String pointer;
        final JsonObject json;

        private Node(String pointer, JsonObject json) {
            this.pointer = pointer;
            this.json = json;
        }

        Optional<Node> child(String name) {
            return json.getValue(name) instanceof JsonObject found
                    ? Optional.of(follow(pointer + "/" + escaped(name), found))
                    : Optional.empty();
        }

        /** The members of an object, by name; none where there is no such object. */
        Map<String, Node> members(String name) {
            Map<String, Node> members = new LinkedHashMap<>();
            child(name)
                    .ifPresent(object -> object.json.fieldNames().stream()
                            .filter(member -> !member.startsWith("x-"))
                            .forEach(member -> object.child(member).ifPresent(node -> members.put(member, node))));
            return members;
        }

        List<Node> elements(String name) {
            List<Node> elements = new ArrayList<>();
            JsonArray array = json.getJsonArray(name, new JsonArray());
            for (int i = 0; i < array.size(); i++) {
                elements.add(follow(pointer + "/" + name + "/" + i, array.getJsonObject(i)));
            }
            return elements;
        }

        List<String> texts(String name) {
            return json.getJsonArray(name, new JsonArray()).stream()
                    .map(String.class::cast)
                    .toList();
        }

        /** What is wrong with a value by this schema; empty if nothing is. */
        String complaint(Object value) {
            OutputUnit result = validators
                    .computeIfAbsent(pointer, unknown -> validator(json))
                    .validate(value);
            return Boolean.TRUE.equals(result.getValid()) ? "" : String.valueOf(result.toJson());
        }

        @Override
        public String toString() {
            return pointer;
        }
    }

    /**
     * One operation.
     *
     * @param prefix of its path on the server: the API's base, or nothing
     */
    record Operation(String id, String method, String prefix, String path, Node node, List<Node> parameters) {

        List<Node> parameters(String in) {
            return parameters.stream()
                    .filter(each -> in.equals(each.json.getString("in")))
                    .toList();
        }

        /** The schemas of its request's body, by media type. */
        Map<String, Node> bodies() {
            return node.child("requestBody").map(Document::content).orElse(Map.of());
        }

        /** By status, as the contract writes it: 200, 404, 4XX. */
        Map<String, Node> responses() {
            return node.members("responses");
        }

        /** The response that describes a status best. */
        Optional<Node> response(int status) {
            Map<String, Node> responses = responses();
            return Stream.of(Integer.toString(status), status / 100 + "XX")
                    .filter(responses::containsKey)
                    .map(responses::get)
                    .findFirst();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /** Schemas by media type. */
    static Map<String, Node> content(Node withContent) {
        Map<String, Node> schemas = new LinkedHashMap<>();
        withContent
                .members("content")
                .forEach((type, media) -> media.child("schema").ifPresent(schema -> schemas.put(type, schema)));
        return schemas;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        Node paths = new Node("#/paths", root.getJsonObject("paths"));
        for (String path : paths.json.fieldNames()) {
            Node item = paths.child(path).orElseThrow();
            String prefix = item.json.containsKey("servers") ? "" : RestPlane.BASE_PATH;
            for (String method : METHODS) {
                item.child(method).ifPresent(node -> {
                    List<Node> parameters = new ArrayList<>(item.elements("parameters"));
                    parameters.addAll(node.elements("parameters"));
                    operations.add(new Operation(
                            node.json.getString("operationId"),
                            method.toUpperCase(java.util.Locale.ROOT),
                            prefix,
                            path,
                            node,
                            parameters));
                });
            }
        }
        return operations;
    }

    private Node follow(String pointer, JsonObject json) {
        String reference = json.getString("$ref");
        if (reference == null) {
            return new Node(pointer, json);
        }
        Object target = JsonPointer.from(reference.substring(1)).queryJson(root);
        if (target instanceof JsonObject found) {
            return follow(reference, found);
        }
        throw new IllegalStateException(pointer + " refers to " + reference + ", which is not there");
    }

    /** References lead into the components: the schema takes them along. */
    private Validator validator(JsonObject described) {
        JsonObject schema = described.copy().put("components", root.getJsonObject("components"));
        return Validator.create(
                JsonSchema.of(schema),
                new JsonSchemaOptions()
                        .setBaseUri("app://contract")
                        .setDraft(Draft.DRAFT202012)
                        .setOutputFormat(OutputFormat.Basic));
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
