package org.kamaelia;

import io.vertx.core.json.JsonObject;
import org.kamaelia.control.ListenerNames;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionType;

/**
 * A listener that {@link Kamaelia#open()} starts.
 *
 * @param name what an operator calls it by
 * @param required whether all fails when this one cannot start; otherwise it is {@code failed}, and tried again
 */
public record ConfiguredListener(String name, ListenerOptions options, boolean required) {

    static final OptionType<ConfiguredListener> TYPE = OptionType.object(
            "{\"name\": \"echo\", \"port\": 1601, \"protocol\": \"echo\"}",
            reader -> {
                String name = reader.required("name", ListenerNames.TYPE, "echo");
                boolean required = reader.optional("required", OptionType.bool(), true);
                return new ConfiguredListener(name, ListenerOptions.read(reader), required);
            },
            ConfiguredListener::toJson);

    /** Throws {@link org.kamaelia.tcp.InvalidOptions} for a name that could not be one. */
    public ConfiguredListener {
        ListenerNames.TYPE.check("name", name);
    }

    /** One that is required. */
    public static ConfiguredListener of(String name, ListenerOptions options) {
        return new ConfiguredListener(name, options, true);
    }

    JsonObject toJson() {
        return new JsonObject().put("name", name).mergeIn(options.toJson()).put("required", required);
    }
}
