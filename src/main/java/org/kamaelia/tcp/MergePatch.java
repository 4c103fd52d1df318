package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;

/** JSON merge patch, RFC 7396. */
final class MergePatch {

    private MergePatch() {}

    /** The target changed as the patch says; neither argument is touched. */
    static JsonObject apply(JsonObject target, JsonObject patch) {
        JsonObject result = target.copy();
        for (String name : patch.fieldNames()) {
            Object change = patch.getValue(name);
            if (change == null) {
                result.remove(name);
            } else if (change instanceof JsonObject inner) {
                Object old = result.getValue(name);
                result.put(name, apply(old instanceof JsonObject object ? object : new JsonObject(), inner));
            } else {
                result.put(name, change);
            }
        }
        return result;
    }
}
