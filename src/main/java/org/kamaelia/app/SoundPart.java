package org.kamaelia.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.tcp.InvalidOptions;

/**
 * What of a configuration makes sense by itself: it without the parts in which something is wrong, and without those that refer
 * to them, so that nothing is found wrong with what is left that is right.
 */
final class SoundPart {

    /** For a listener with a fault: the others keep their places, by which they are told of. */
    private static final JsonObject STAND_IN =
            new JsonObject().put("protocol", "echo").put("host", "127.0.0.1").put("port", 0);

    private static final String LISTENERS = "listeners";

    /** Which parts refer to which. */
    private static final Map<String, List<String>> REFERRED_TO_BY = Map.of(
            "certificates", List.of("admin", LISTENERS),
            "policy", List.of(LISTENERS),
            "stateDirectory", List.of("audit"));

    private SoundPart() {}

    /** Empty if nothing can be made of it. */
    static Optional<KamaeliaOptions> of(JsonObject values, List<InvalidOptions.Problem> faults) {
        JsonObject left = values.copy();
        for (InvalidOptions.Problem fault : faults) {
            List<String> keys = KeyPath.ofPointer(fault.pointer()).keys();
            if (keys.isEmpty()) {
                return Optional.empty();
            }
            takeOut(left, keys);
        }
        try {
            return Optional.of(KamaeliaOptions.fromJson(left));
        } catch (InvalidOptions more) {
            return Optional.empty();
        }
    }

    private static void takeOut(JsonObject left, List<String> keys) {
        String part = keys.get(0);
        if (part.equals(LISTENERS) && keys.size() > 1) {
            if (left.getValue(LISTENERS) instanceof JsonArray listeners) {
                String index = keys.get(1);
                listeners.set(Integer.parseInt(index), STAND_IN.copy().put("name", "stand-in-" + index));
            }
            return;
        }
        left.remove(part);
        REFERRED_TO_BY.getOrDefault(part, List.of()).forEach(left::remove);
    }
}
