package org.kamaelia;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionType;

/**
 * A listener that {@link Kamaelia#open()} starts.
 *
 * @param name what an operator calls it by
 * @param required whether all fails when this one cannot start; otherwise it is {@code failed}, and tried again
 */
public record ConfiguredListener(String name, ListenerOptions options, boolean required) {

    private static final OptionType<String> NAME = OptionType.text(
            "a listener's name",
            "up to 64 letters, digits, '.', '_' and '-', as in \"echo\"",
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"));

    static final OptionType<ConfiguredListener> TYPE = OptionType.object(
            "{\"name\": \"echo\", \"port\": 1601, \"protocol\": \"echo\"}",
            reader -> {
                String name = reader.required("name", NAME, "echo");
                boolean required = reader.optional("required", OptionType.bool(), true);
                return new ConfiguredListener(name, ListenerOptions.read(reader), required);
            },
            ConfiguredListener::toJson);

    /** Throws {@link org.kamaelia.tcp.InvalidOptions} for a name that could not be one. */
    public ConfiguredListener {
        NAME.check("name", name);
    }

    /** One that is required. */
    public static ConfiguredListener of(String name, ListenerOptions options) {
        return new ConfiguredListener(name, options, true);
    }

    JsonObject toJson() {
        return new JsonObject().put("name", name).mergeIn(options.toJson()).put("required", required);
    }
}
