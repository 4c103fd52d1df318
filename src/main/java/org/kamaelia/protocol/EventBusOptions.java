package org.kamaelia.protocol;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.InvalidOptions;

/** What {@link EventBusProtocol} is told about the bus; checked. */
record EventBusOptions(
        String address,
        boolean reply,
        Duration timeout,
        int inFlight,
        @Nullable String onFailure) {
    private static final String CONTROL = "kamaelia";
    private static final Duration LONGEST = Duration.ofDays(1);

    EventBusOptions {
        if (address.isBlank()) {
            throw invalid("address", "address must not be blank: name the address of a consumer");
        }
        if (address.equals(CONTROL) || address.startsWith(CONTROL + ".")) {
            throw invalid(
                    "address",
                    "address \"" + address + "\" is kept for the control plane: use one that does not begin with \""
                            + CONTROL + ".\"");
        }
        if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw invalid("timeout", "timeout must be from 1ms to 1d, not " + Durations.format(timeout));
        }
    }

    /** From options that fit the schema. */
    static EventBusOptions of(JsonObject options) {
        return new EventBusOptions(
                options.getString("address"),
                options.getBoolean("reply"),
                timeout(options.getString("timeout")),
                options.getInteger("inFlight"),
                options.getString("onFailure"));
    }

    private static Duration timeout(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw invalid("timeout", "timeout " + wrong.getMessage());
        }
    }

    private static InvalidOptions invalid(String option, String detail) {
        return new InvalidOptions("/protocolOptions/" + option, detail);
    }
}
