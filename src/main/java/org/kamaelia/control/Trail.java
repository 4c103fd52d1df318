package org.kamaelia.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a change leaves behind of what it touched. Values whose names say that they are secrets are left out: a protocol's
 * options are its author's, and may hold any.
 *
 * <p>Thread: that of the change, one after the other.
 */
public final class Trail {

    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|passwd|passphrase|secret|token|credential|private.?key|api.?key).*");

    private static final String HIDDEN = "***";

    private @Nullable JsonObject input;
    private @Nullable JsonObject before;
    private @Nullable JsonObject after;

    Trail() {}

    /** What was asked for. */
    public Trail input(JsonObject asked) {
        input = withoutSecrets(asked);
        return this;
    }

    /** The target as it is before; null if there is none. */
    public Trail before(@Nullable JsonObject target) {
        before = target == null ? null : withoutSecrets(target);
        return this;
    }

    /** The target as it is now; null if there is none any more. */
    public Trail after(@Nullable JsonObject target) {
        after = target == null ? null : withoutSecrets(target);
        return this;
    }

    @Nullable
    JsonObject input() {
        return input;
    }

    @Nullable
    JsonObject before() {
        return before;
    }

    @Nullable
    JsonObject after() {
        return after;
    }

    private static JsonObject withoutSecrets(JsonObject json) {
        JsonObject shown = new JsonObject();
        for (Map.Entry<String, Object> each : json) {
            boolean secret =
                    each.getValue() != null && SECRET.matcher(each.getKey()).matches();
            shown.put(each.getKey(), secret ? HIDDEN : withoutSecrets(each.getValue()));
        }
        return shown;
    }

    private static @Nullable Object withoutSecrets(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return withoutSecrets(object);
        }
        if (value instanceof JsonArray array) {
            return new JsonArray(array.stream().map(Trail::withoutSecrets).toList());
        }
        return value;
    }
}
