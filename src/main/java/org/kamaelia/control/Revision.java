package org.kamaelia.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.Secrets;

/**
 * What names a version of all that was asked of a listener: its options, and whether it is to run, to be suspended or to
 * stop. State and counters have no part in it, so that it stays while the listener works. It is a digest: the same over a
 * restart and in every process, and again the same when a change is taken back.
 */
final class Revision {
    private static final int BYTES = 16;
    private static final String HMAC = "HmacSHA256";
    private static final SecretKeySpec KEY = new SecretKeySpec(random(), HMAC);

    private Revision() {}

    /**
     * Of options as they are told of. A revision is seen by those who may not see secrets, and could try any: these count in a
     * way that only this process knows, so that with one among the options a restart makes another revision.
     */
    static String of(ListenerOptions options, Wanted wanted) {
        JsonObject sealed = Secrets.replace(options.protocolOptions(), Revision::sealed);
        return of(options.protocolOptions(sealed).toJson(), wanted.json());
    }

    /** Of options as they were written down, for nobody else to see. */
    static String of(JsonObject options, String wanted) {
        JsonObject given = new JsonObject().put("options", options).put("wanted", wanted);
        String text = new JsonObject(sorted(given)).encode();
        byte[] digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    private static Object sealed(Object secret) {
        String text = new JsonObject(sorted(new JsonObject().put("secret", secret))).encode();
        return HexFormat.of().formatHex(hmac().doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] random() {
        byte[] random = new byte[2 * BYTES];
        new SecureRandom().nextBytes(random);
        return random;
    }

    private static Mac hmac() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(KEY);
            return mac;
        } catch (GeneralSecurityException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
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
