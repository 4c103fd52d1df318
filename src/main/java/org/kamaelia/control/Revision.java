package org.kamaelia.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ListenerOptions;

/**
 * What names a version of all that was asked of a listener: its options, and whether it is to run, to be suspended or to
 * stop. State and counters have no part in it, so that it stays while the listener works. It is a digest: the same over a
 * restart and in every process, and again the same when a change is taken back.
 */
final class Revision {
    private static final int BYTES = 16;

    private Revision() {}

    static String of(ListenerOptions options, Wanted wanted) {
        return of(options.toJson(), wanted.json());
    }

    /** The same of what was written down. */
    static String of(JsonObject options, String wanted) {
        JsonObject given = new JsonObject().put("options", options).put("wanted", wanted);
        String text = new JsonObject(sorted(given)).encode();
        byte[] digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    private static Map<String, Object> sorted(JsonObject json) {
        Map<String, Object> sorted = new TreeMap<>();
        json.forEach(member -> sorted.put(member.getKey(), inOrder(member.getValue())));
        return sorted;
    }

    /** Members of objects by their names; elements of lists stay where they are. */
    private static @Nullable Object inOrder(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return sorted(object);
        }
        if (value instanceof JsonArray array) {
            List<Object> elements = new ArrayList<>();
            array.forEach(each -> elements.add(inOrder(each)));
            return elements;
        }
        return value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
