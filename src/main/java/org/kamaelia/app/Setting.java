package org.kamaelia.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One value that the environment or a flag lays over the file.
 *
 * @param origin how the user names it, for complaints: the variable or the flag
 * @param path where it goes; a number stands for the element of a list, the number after the last adds one
 * @param text the value: a number, {@code true}, {@code false} and {@code null} are what they are in the file, what
 *     begins with a bracket, a brace or a quote is read as YAML, all else is text
 */
record Setting(String origin, KeyPath path, String text) {

    private static final String VARIABLE = "KAMAELIA__";
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,17})");
    private static final Pattern CAMEL = Pattern.compile("_(.)");
    private static final ObjectMapper YAML = new YAMLMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Those variables that are ours, parents before children: {@code KAMAELIA__SHUTDOWN__DRAIN_TIMEOUT} is {@code
     * shutdown.drainTimeout}. Others are not looked at: Kubernetes sets {@code KAMAELIA_PORT} for a service of that name.
     */
    static List<Setting> ofEnvironment(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith(VARIABLE))
                .map(variable -> new Setting(variable.getKey(), pathOfVariable(variable.getKey()), variable.getValue()))
                .sorted((a, b) -> a.path.compareTo(b.path))
                .toList();
    }

    /** Reads {@code key.path=value}. */
    static Setting parse(String flag, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new ConfigurationFailure(flag + " wants KEY=VALUE, as in admin.port=0, not " + assignment);
        }
        String key = assignment.substring(0, equals);
        return new Setting(
                flag + " " + key, new KeyPath(List.of(key.split("\\.", -1))), assignment.substring(equals + 1));
    }

    private static KeyPath pathOfVariable(String name) {
        return new KeyPath(Arrays.stream(name.substring(VARIABLE.length()).split("__", -1))
                .map(key -> CAMEL.matcher(key.toLowerCase(Locale.ROOT))
                        .replaceAll(next -> next.group(1).toUpperCase(Locale.ROOT)))
                .collect(Collectors.toList()));
    }

    /** Lays the value over {@code root}, making the objects on the way. */
    void applyTo(JsonObject root) {
        if (path.keys().stream().anyMatch(String::isBlank)) {
            throw new ConfigurationFailure(origin + ": has an empty key");
        }
        Object at = root;
        for (String key : path.parent().keys()) {
            Object next = get(at, key);
            if (!(next instanceof JsonObject || next instanceof JsonArray)) {
                next = new JsonObject(); // in place of nothing, or of a single value that this replaces
                put(at, key, next);
            }
            at = next;
        }
        put(at, path.last(), value());
    }

    private @Nullable Object get(Object container, String key) {
        if (container instanceof JsonArray list) {
            int index = index(list, key);
            return index < list.size() ? list.getValue(index) : null;
        }
        return ((JsonObject) container).getValue(key);
    }

    private void put(Object container, String key, @Nullable Object value) {
        if (container instanceof JsonArray list) {
            int index = index(list, key);
            if (index == list.size()) {
                list.add(value);
            } else {
                list.set(index, value);
            }
        } else {
            ((JsonObject) container).put(key, value);
        }
    }

    private int index(JsonArray list, String key) {
        int index = key.matches("\\d{1,9}") ? Integer.parseInt(key) : -1;
        if (index < 0 || index > list.size()) {
            throw new ConfigurationFailure(origin + ": \"" + key + "\" is no element of a list of " + list.size()
                    + "; 0 is the first, " + list.size() + " adds one");
        }
        return index;
    }

    private @Nullable Object value() {
        if (NUMBER.matcher(text).matches()) {
            long number = Long.parseLong(text);
            return (int) number == number ? (Object) (int) number : (Object) number;
        }
        boolean yaml = List.of("true", "false", "null").contains(text)
                || (!text.isEmpty() && "[{\"'".indexOf(text.charAt(0)) >= 0);
        return yaml ? ofYaml() : text;
    }

    private @Nullable Object ofYaml() {
        try {
            Object value = YAML.readValue(text, Object.class);
            return value instanceof Map<?, ?> || value instanceof List<?>
                    ? Json.decodeValue(Json.encode(value))
                    : value;
        } catch (JsonProcessingException malformed) {
            throw new ConfigurationFailure(origin + ": malformed value " + text);
        }
    }
}
