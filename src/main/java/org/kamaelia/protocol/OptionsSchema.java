package org.kamaelia.protocol;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.Secrets;

/** Holds protocol options against the part of JSON Schema that {@link Protocol#optionsSchema()} names. */
public final class OptionsSchema {
    private OptionsSchema() {}

    /** The schema of a protocol without options. */
    static JsonObject none() {
        return new JsonObject()
                .put("type", "object")
                .put("properties", new JsonObject())
                .put("additionalProperties", false);
    }

    /** The schema of a protocol with one option. */
    static JsonObject of(String name, JsonObject property) {
        return none().put("properties", new JsonObject().put(name, property));
    }

    /**
     * Checks options and fills in defaults.
     *
     * @return the options, complete
     * @throws InvalidOptions with every problem
     */
    public static JsonObject complete(Protocol protocol, JsonObject options) {
        JsonObject schema = protocol.optionsSchema();
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        JsonObject complete = options.copy();
        for (String name : options.fieldNames()) {
            JsonObject property = properties.getJsonObject(name);
            if (property == null) {
                if (!schema.getBoolean("additionalProperties", false)) {
                    problems.add(problem(
                            name,
                            "protocol " + protocol.name() + " has no option \"" + name + "\"; it has "
                                    + new TreeSet<>(properties.fieldNames())));
                }
            } else {
                String wrong =
                        wrong(options.getValue(name), shown(Secrets.hide(name, options.getValue(name))), property);
                if (wrong != null) {
                    problems.add(problem(name, name + " " + wrong));
                }
            }
        }
        for (String name : properties.fieldNames()) {
            JsonObject property = properties.getJsonObject(name);
            if (!complete.containsKey(name) && property.containsKey("default")) {
                complete.put(name, property.getValue("default"));
            }
        }
        for (Object required : schema.getJsonArray("required", new JsonArray())) {
            if (!complete.containsKey((String) required)) {
                problems.add(problem((String) required, "protocol " + protocol.name() + " needs " + required));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
        protocol.check(complete);
        return complete;
    }

    private static InvalidOptions.Problem problem(String name, String detail) {
        return new InvalidOptions.Problem(
                "/protocolOptions/" + name.replace("~", "~0").replace("/", "~1"), detail);
    }

    /** @param shown the value as it may be told */
    private static @Nullable String wrong(@Nullable Object value, String shown, JsonObject property) {
        String type = property.getString("type", "");
        boolean fits = switch (type) {
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "object" -> value instanceof JsonObject;
            case "array" -> value instanceof JsonArray;
            default -> true;
        };
        if (!fits) {
            return "must be of type " + type + ", not " + shown;
        }
        JsonArray allowed = property.getJsonArray("enum");
        if (allowed != null && !allowed.contains(value)) {
            return "must be one of " + allowed.encode() + ", not " + shown;
        }
        if (value instanceof Number number) {
            Double least = property.getDouble("minimum");
            Double most = property.getDouble("maximum");
            if ((least != null && number.doubleValue() < least) || (most != null && number.doubleValue() > most)) {
                return "must be from " + property.getValue("minimum", "any") + " to "
                        + property.getValue("maximum", "any") + ", not " + shown;
            }
        }
        return null;
    }

    private static String shown(@Nullable Object value) {
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
    }
}
