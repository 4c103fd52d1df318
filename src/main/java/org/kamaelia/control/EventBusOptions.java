package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * The control plane on the event bus of this process: the configuration's {@code eventBus} block.
 *
 * @param role what all who send to {@value #ADDRESS} may do
 */
public record EventBusOptions(Role role) {

    /** Where it takes messages, from this process only. */
    public static final String ADDRESS = "kamaelia.control";

    private static final OptionType<String> ROLE =
            OptionType.text("a role", "viewer, operator or admin", Pattern.compile("viewer|operator|admin"));

    /** As a value in a larger document. */
    public static final OptionType<EventBusOptions> TYPE =
            OptionType.object("{\"role\": \"viewer\"}", EventBusOptions::read, EventBusOptions::toJson);

    /** {@code TYPE} reads it back. */
    public JsonObject toJson() {
        return new JsonObject().put("role", role.word());
    }

    private static EventBusOptions read(OptionReader reader) {
        return new EventBusOptions(Role.named(reader.required("role", ROLE, Role.VIEWER.word())));
    }
}
