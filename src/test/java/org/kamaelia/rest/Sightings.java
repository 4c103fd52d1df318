package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kamaelia.rest.Document.Node;

/** Which of the contract's promises have been seen kept: properties that schemas require, headers that responses name. */
final class Sightings {

    private final Set<String> promised = new TreeSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> known = new HashSet<>();

    /** Whatever can be reached from a schema is to be seen. */
    void promise(Node schema) {
        if (!known.add(schema.pointer)) {
            return;
        }
        schema.texts("required").forEach(name -> promised.add(property(schema, name)));
        parts(schema).forEach(this::promise);
        schema.members("properties").values().forEach(this::promise);
        Stream.of("items", "additionalProperties")
                .forEach(name -> schema.child(name).ifPresent(this::promise));
    }

    /** A header of a response is to be seen. */
    void promiseHeaders(Node response) {
        response.members("headers").keySet().forEach(name -> promised.add(header(response, name)));
    }

    /** A value that the schema allows. */
    void see(Node schema, Object value) {
        parts(schema).filter(part -> part.complaint(value).isEmpty()).forEach(part -> see(part, value));
        if (value instanceof JsonArray array) {
            schema.child("items").ifPresent(item -> array.forEach(each -> see(item, each)));
        } else if (value instanceof JsonObject object) {
            schema.texts("required").stream()
                    .filter(object::containsKey)
                    .forEach(name -> seen.add(property(schema, name)));
            schema.members("properties").forEach((name, property) -> {
                if (object.containsKey(name)) {
                    see(property, object.getValue(name));
                }
            });
            schema.child("additionalProperties")
                    .ifPresent(any -> object.fieldNames().forEach(name -> see(any, object.getValue(name))));
        }
    }

    void seeHeader(Node response, String name) {
        seen.add(header(response, name));
    }

    Set<String> missing() {
        Set<String> missing = new TreeSet<>(promised);
        missing.removeAll(seen);
        return missing;
    }

    /** Fields of an answer that its schema says nothing of. */
    static Set<String> undescribed(Node schema, Object value) {
        Set<String> found = new TreeSet<>();
        if (value instanceof JsonArray array) {
            schema.child("items").ifPresent(item -> array.forEach(each -> found.addAll(undescribed(item, each))));
        } else if (value instanceof JsonObject object) {
            Map<String, Node> properties = properties(schema);
            object.fieldNames().forEach(name -> {
                if (properties.containsKey(name)) {
                    found.addAll(undescribed(properties.get(name), object.getValue(name)));
                } else if (!properties.isEmpty() && !schema.json.containsKey("additionalProperties")) {
                    found.add(property(schema, name));
                }
            });
        }
        return found;
    }

    private static Map<String, Node> properties(Node schema) {
        Map<String, Node> properties = schema.members("properties");
        parts(schema).forEach(part -> properties.putAll(properties(part)));
        return properties;
    }

    private static Stream<Node> parts(Node schema) {
        return Stream.of("allOf", "anyOf", "oneOf").flatMap(name -> schema.elements(name).stream());
    }

    private static String property(Node schema, String name) {
        return schema.pointer + ": property " + name;
    }

    private static String header(Node response, String name) {
        return response.pointer + ": header " + name;
    }
}
