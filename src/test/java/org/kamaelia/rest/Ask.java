package org.kamaelia.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.kamaelia.rest.Document.Operation;

/**
 * A request for an operation of the contract.
 *
 * @param path the path's parameters
 * @param body null for none
 */
record Ask(Map<String, String> path, Map<String, String> query, Map<String, String> headers, String body) {

    static Ask plain() {
        return new Ask(Map.of(), Map.of(), Map.of(), null);
    }

    static Ask path(String name, String value) {
        return plain().withPath(name, value);
    }

    Ask withPath(String name, String value) {
        return new Ask(with(path, name, value), query, headers, body);
    }

    Ask query(String name, String value) {
        return new Ask(path, with(query, name, value), headers, body);
    }

    Ask header(String name, String value) {
        return new Ask(path, query, with(headers, name, value), body);
    }

    Ask body(String changed) {
        return new Ask(path, query, headers, changed);
    }

    Ask body(JsonObject changed) {
        return body(changed.encode());
    }

    /** Path and query on the server. */
    String target(Operation operation) {
        String target = operation.prefix() + operation.path();
        for (Map.Entry<String, String> parameter : path.entrySet()) {
            target = target.replace("{" + parameter.getKey() + "}", encoded(parameter.getValue()));
        }
        String asked = query.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        return asked.isEmpty() ? target : target + "?" + asked;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.put(name, value);
        return Map.copyOf(changed);
    }
}
