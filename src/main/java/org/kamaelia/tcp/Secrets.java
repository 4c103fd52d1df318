package org.kamaelia.tcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values whose names say that they are secrets, and those that look like it within a text, among options that are a protocol's
 * author's and may hold any: what is shown in their place, in answers and in records, and what that means when somebody sends
 * it back.
 */
public final class Secrets {

    /** Stands for any secret. */
    public static final String HIDDEN = "***";

    /** Those that say so anywhere, and those that say it by themselves. */
    private static final Pattern NAME = Pattern.compile("(?is)"
            + ".*((?<!by|com|sur|tres)pass(?!ive|through|ing|ed|es|age|eng)|passw(or)?d|passphrase|passcode|passkey|pwd|secret|token|credential|authori[sz]ation"
            + "|bearer|cookie|jwt|psk|(private|api|access|account|auth|cipher|encryption|hmac|license|master|session|shared"
            + "|signing|ssh|storage).?key).*"
            + "|auth|basic.?auth|creds?|key|otp|pin|pw|salt");

    /**
     * What looks like a secret wherever it stands, behind what does not: who somebody is in a URL, or their password where there is
     * one; a value in a query or in a list of options; what follows the word Bearer; a token of this server's.
     */
    private static final Pattern WITHIN = Pattern.compile("(://(?:[^/?#\\s:@]*+:(?=[^/?#\\s]*@))?)([^/?#\\s]+)(?=@)"
            + "|((?<=[?&;])([\\w.-]{1,64}+)=)([^&#;\\s]++)"
            + "|(?i:(\\bbearer )(\\S{16,}+))"
            + "|()(\\bkam_[\\w-]{20,}+)");

    /** The names of a listener's fields come in every answer. */
    private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

    /** Callers may send any names. */
    private static final int MOST_KNOWN = 1_000;

    private static final int LONGEST_KNOWN = 64;

    private Secrets() {}

    /** The same with {@link #HIDDEN} in place of every secret, however deep. */
    public static JsonObject hide(JsonObject json) {
        return replace(json, secret -> HIDDEN);
    }

    /** A text as it is shown: with {@link #HIDDEN} in place of what looks like a secret in it. */
    public static String hide(String text) {
        return replace(text, secret -> HIDDEN);
    }

    /** The same with {@link #HIDDEN} in place of everything, however deep, that has a name which nobody knows: it may be any. */
    public static JsonObject hideUnknown(JsonObject json, Set<String> known) {
        JsonObject hidden = new JsonObject();
        json.forEach(each -> hidden.put(
                each.getKey(), known.contains(each.getKey()) ? hideUnknown(each.getValue(), known) : HIDDEN));
        return hidden;
    }

    private static @Nullable Object hideUnknown(@Nullable Object value, Set<String> known) {
        if (value instanceof JsonObject object) {
            return hideUnknown(object, known);
        }
        return value instanceof JsonArray list
                ? new JsonArray(
                        list.stream().map(each -> hideUnknown(each, known)).collect(Collectors.toList()))
                : value;
    }

    /** One value as it is shown under a name. */
    public static @Nullable Object hide(String name, @Nullable Object value) {
        return replace(name, value, secret -> HIDDEN);
    }

    /** The same with something else in place of every secret that has a value. */
    public static JsonObject replace(JsonObject json, UnaryOperator<Object> other) {
        JsonObject replaced = new JsonObject();
        for (Map.Entry<String, Object> each : json) {
            replaced.put(each.getKey(), replace(each.getKey(), each.getValue(), other));
        }
        return replaced;
    }

    private static @Nullable Object replace(String name, @Nullable Object value, UnaryOperator<Object> other) {
        return value != null && isSecret(name) ? other.apply(value) : replace(value, other);
    }

    private static @Nullable Object replace(@Nullable Object value, UnaryOperator<Object> other) {
        if (value instanceof JsonObject object) {
            return replace(object, other);
        }
        if (value instanceof JsonArray list) {
            JsonArray replaced = new JsonArray();
            list.forEach(each -> replaced.add(replace(each, other)));
            return replaced;
        }
        return value instanceof String text ? replace(text, other) : value;
    }

    private static String replace(String text, UnaryOperator<Object> other) {
        return WITHIN.matcher(text).replaceAll(found -> {
            String name = found.group(4);
            int secret = found.group(2) != null ? 2 : name != null ? 5 : found.group(7) != null ? 7 : 9;
            return Matcher.quoteReplacement(
                    name != null && !isSecret(name)
                            ? found.group()
                            : found.group(secret - (name == null ? 1 : 2)) + other.apply(found.group(secret)));
        });
    }

    private static boolean isSecret(String name) {
        Boolean known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        boolean secret = NAME.matcher(name).matches();
        if (KNOWN.size() < MOST_KNOWN && name.length() <= LONGEST_KNOWN) {
            KNOWN.put(name, secret);
        }
        return secret;
    }

    /**
     * Puts present secrets where {@link #HIDDEN} stands for them. An element of a list has the secrets of the one that looked
     * just like it, if there is no other such one.
     *
     * @param name what this is called; it begins the pointers of problems
     * @param given as somebody sends it, perhaps made of an answer
     * @param present what there is now; empty where there is nothing
     * @throws InvalidOptions for each that stands for nothing
     */
    public static JsonObject restore(String name, JsonObject given, JsonObject present) {
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        JsonObject restored =
                restore(given, present, new OptionReader.Place(name, OptionReader.pointer(name), problems));
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
        return restored;
    }

    private static JsonObject restore(JsonObject given, JsonObject present, OptionReader.Place place) {
        JsonObject restored = new JsonObject();
        for (Map.Entry<String, Object> each : given) {
            String name = each.getKey();
            Object before = present.getValue(name);
            if (!HIDDEN.equals(each.getValue()) || !isSecret(name)) {
                restored.put(name, restore(each.getValue(), before, place.member(name)));
            } else if (before != null) {
                restored.put(name, before);
            } else {
                OptionReader.Place missing = place.member(name);
                missing.problem(
                        missing.name() + " is \"" + HIDDEN
                                + "\", which stands for the present value, and there is none that is surely meant: give the value");
            }
        }
        return restored;
    }

    private static @Nullable Object restore(
            @Nullable Object given, @Nullable Object present, OptionReader.Place place) {
        if (given instanceof JsonObject object) {
            return restore(object, present instanceof JsonObject before ? before : new JsonObject(), place);
        }
        if (given instanceof JsonArray list) {
            return restore(list, present instanceof JsonArray before ? before : new JsonArray(), place);
        }
        return given instanceof String text ? restore(text, present, place) : given;
    }

    /** One in which something hides a secret must be the present one, as it is shown. */
    private static Object restore(String given, @Nullable Object present, OptionReader.Place place) {
        if (present instanceof String before && given.equals(hide(before))) {
            return before;
        }
        boolean[] hides = new boolean[1];
        String unused = replace(given, secret -> {
            hides[0] |= HIDDEN.equals(secret);
            return secret;
        });
        if (hides[0]) {
            place.problem(
                    place.name() + " has \"" + HIDDEN
                            + "\" in it, which stands for a part of the present value, and that is another one: give all of it");
        }
        return given;
    }

    private static JsonArray restore(JsonArray given, JsonArray present, OptionReader.Place place) {
        if (given.equals(replace(present, secret -> HIDDEN))) {
            return present;
        }
        JsonArray restored = new JsonArray();
        for (int i = 0; i < given.size(); i++) {
            Object element = given.getValue(i);
            restored.add(restore(element, lookingLike(element, present), place.element(i)));
        }
        return restored;
    }

    /** The one element, or several that are the same, that is shown like this; null if there is none or another one too. */
    private static @Nullable Object lookingLike(@Nullable Object shown, JsonArray present) {
        List<Object> like = present.stream()
                .filter(each -> shown != null && shown.equals(replace(each, secret -> HIDDEN)))
                .distinct()
                .toList();
        return like.size() == 1 ? like.get(0) : null;
    }
}
