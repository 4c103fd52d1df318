package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.Secrets;

/**
 * What a change leaves behind of what it touched, without {@link Secrets}.
 *
 * <p>Thread: that of the change, one after the other.
 */
public final class Trail {
    /** Of what was asked in vain as many characters of JSON are kept: nothing else bounds what that is. */
    static final int LONGEST_IN_VAIN = 4_096;

    private static final String OPTIONS = "protocolOptions";

    private @Nullable JsonObject input;
    private @Nullable JsonObject before;
    private @Nullable JsonObject after;

    Trail() {}

    /** What was asked for. */
    public Trail input(JsonObject asked) {
        input = Secrets.hide(asked);
        return this;
    }

    /** The target as it is before; null if there is none. */
    public Trail before(@Nullable JsonObject target) {
        before = target == null ? null : Secrets.hide(target);
        return this;
    }

    /** The target as it is now; null if there is none any more. */
    public Trail after(@Nullable JsonObject target) {
        after = target == null ? null : Secrets.hide(target);
        return this;
    }

    /**
     * For what was not done: a longer input is shown by its beginning, as a text, and of options of a protocol only those that
     * some protocol has, since whatever else was sent may be a secret that was put in the wrong place.
     *
     * @param options the names of the options that protocols have
     */
    Trail inVain(Set<String> options) {
        if (input != null && input.getValue(OPTIONS) instanceof JsonObject given) {
            input = input.copy().put(OPTIONS, Secrets.hideUnknown(given, options));
        }
        String text = input == null ? "" : input.encode();
        if (text.length() > LONGEST_IN_VAIN) {
            int end =
                    Character.isHighSurrogate(text.charAt(LONGEST_IN_VAIN - 1)) ? LONGEST_IN_VAIN - 1 : LONGEST_IN_VAIN;
            input = new JsonObject().put("cut", text.substring(0, end));
        }
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
}
