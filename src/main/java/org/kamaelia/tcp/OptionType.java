package org.kamaelia.tcp;

import io.netty.util.NetUtil;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one option may hold: how it reads from JSON, which values are in range, how it writes. Every message about a value
 * is made here, so that all name the option, show the value and say what to use instead.
 *
 * @param <T> the option's value in Java
 */
public final class OptionType<T> {

    /** How a JSON value becomes a {@code T}; null where it is none. Only objects and lists look at the place. */
    private interface Form<T> {
        @Nullable
        T read(Object json, OptionReader.Place place);
    }

    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");
    private static final Pattern DOTTED_NUMBERS = Pattern.compile("[0-9.]+");

    private final String kind;
    private final String accepted;
    private final Form<T> form;
    private final Predicate<T> inRange;
    private final Function<T, Object> write;
    private final @Nullable Function<OptionReader, T> members;

    private OptionType(String kind, String accepted, Form<T> form, Predicate<T> inRange, Function<T, Object> write) {
        this(kind, accepted, form, inRange, write, null);
    }

    private OptionType(
            String kind,
            String accepted,
            Form<T> form,
            Predicate<T> inRange,
            Function<T, Object> write,
            @Nullable Function<OptionReader, T> members) {
        this.kind = kind;
        this.accepted = accepted;
        this.form = form;
        this.inRange = inRange;
        this.write = write;
        this.members = members;
    }

    /** A whole number from {@code min} to {@code max}. */
    public static OptionType<Integer> integer(int min, int max) {
        return new OptionType<>(
                "a whole number",
                min + " to " + max,
                (json, place) -> whole(json),
                value -> min <= value && value <= max,
                value -> value);
    }

    /** A port to listen on. */
    public static OptionType<Integer> port() {
        return integer(0, 65535).accepting("0 (any free) to 65535");
    }

    /** The same type, its accepted values told in other words, such as {@code "0 (any free) to 65535"}. */
    OptionType<T> accepting(String words) {
        return new OptionType<>(kind, words, form, inRange, write);
    }

    public static OptionType<Boolean> bool() {
        return new OptionType<>(
                "true or false",
                "true or false",
                (json, place) -> json instanceof Boolean bool ? bool : null,
                value -> true,
                value -> value);
    }

    /** A duration from {@code min} to {@code max}, as {@link Durations} reads it. */
    public static OptionType<Duration> duration(Duration min, Duration max) {
        return new OptionType<>(
                "a duration",
                quoted(Durations.format(min)) + " to " + quoted(Durations.format(max)),
                (json, place) -> parsed(json, Durations::parse),
                value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                Durations::format);
    }

    /** The same, or {@code "off"}, which is {@link Duration#ZERO}. */
    public static OptionType<Duration> durationOrOff(Duration min, Duration max) {
        OptionType<Duration> on = duration(min, max);
        return new OptionType<>(
                on.kind,
                "\"off\", or " + on.accepted,
                (json, place) -> "off".equals(json) ? Duration.ZERO : on.form.read(json, place),
                value -> value.isZero() || on.inRange.test(value),
                value -> value.isZero() ? "off" : Durations.format(value));
    }

    /** Bytes from {@code min} to {@code max}: a number, or as {@link Sizes} reads it. Written as a number. */
    public static OptionType<Integer> size(int min, int max) {
        return new OptionType<>(
                "a size",
                quoted(Sizes.format(min)) + " to " + quoted(Sizes.format(max)) + ", or the bytes as a number",
                (json, place) -> json instanceof String text ? sized(text) : whole(json),
                value -> min <= value && value <= max,
                value -> value);
    }

    /** Text of which {@code form} matches all. */
    public static OptionType<String> text(String kind, String accepted, Pattern form) {
        return new OptionType<>(
                kind,
                accepted,
                (json, place) -> json instanceof String text ? text : null,
                value -> form.matcher(value).matches(),
                value -> value);
    }

    /** An IP address without brackets or port, or a host name. */
    public static OptionType<String> host() {
        return new OptionType<>(
                "an address",
                "an IP address as in \"0.0.0.0\" or \"::1\", or a host name as in \"localhost\"",
                (json, place) -> json instanceof String text && isHost(text) ? text : null,
                OptionType::isHost,
                value -> value);
    }

    /** A file's name. */
    public static OptionType<Path> path() {
        return new OptionType<>(
                "a file's name",
                "a path as in \"conf/tokens\"",
                (json, place) -> parsed(json, text -> text.isBlank() ? null : Path.of(text)),
                value -> true,
                Path::toString);
    }

    /** What will be an option one day: only null and what is empty passes, since to ignore the rest would be worse. */
    public static OptionType<Object> notYet() {
        return new OptionType<>(
                "supported yet",
                "null, or leave it out",
                (json, place) -> json instanceof JsonObject object && object.isEmpty() ? object : null,
                value -> true,
                value -> value);
    }

    /** Any JSON object; copied on the way in and out. */
    public static OptionType<JsonObject> json() {
        return new OptionType<>(
                "an object",
                "an object as in {\"name\": \"value\"}",
                (json, place) -> json instanceof JsonObject object ? object.copy() : null,
                value -> true,
                JsonObject::copy);
    }

    /** A text that stands for a value; {@code read} throws {@link IllegalArgumentException} for any other. */
    public static <T> OptionType<T> word(
            String kind, String accepted, Function<Object, T> read, Function<T, Object> write) {
        return new OptionType<>(
                kind, accepted, (json, place) -> parsed(json.toString(), read::apply), value -> true, write);
    }

    /** One of a few values, by its {@code toString()}. */
    static <T extends Enum<T>> OptionType<T> oneOf(String kind, T[] values) {
        String accepted = Arrays.stream(values).map(T::toString).collect(Collectors.joining(", "));
        return word(
                kind,
                "one of " + accepted,
                text -> Arrays.stream(values)
                        .filter(value -> value.toString().equals(text.toString()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(accepted)),
                T::toString);
    }

    /**
     * An object with options of its own.
     *
     * @param example what one looks like, for the message
     */
    public static <T> OptionType<T> object(
            String example, Function<OptionReader, T> read, Function<T, JsonObject> write) {
        return new OptionType<>(
                "an object",
                "an object as in " + example,
                (json, place) -> json instanceof JsonObject object ? place.inside(object, read) : null,
                value -> true,
                write::apply,
                read);
    }

    /** A list, every element of one type. */
    public static <T> OptionType<List<T>> listOf(OptionType<T> element) {
        return new OptionType<>(
                "a list",
                "a list, each element " + element.accepted,
                (json, place) -> json instanceof JsonArray array ? elements(element, array, place) : null,
                value -> value.stream().allMatch(element.inRange),
                value -> new JsonArray(value.stream().map(element.write).toList()));
    }

    /**
     * An object whose keys are names and whose values are all of one type; in the order in which they stand.
     *
     * @param key what a name may be
     */
    public static <T> OptionType<Map<String, T>> mapOf(OptionType<String> key, OptionType<T> element) {
        return new OptionType<>(
                "an object",
                "an object of names, each with " + element.accepted,
                (json, place) -> json instanceof JsonObject object ? entries(key, element, object, place) : null,
                value -> value.keySet().stream().allMatch(key.inRange)
                        && value.values().stream().allMatch(element.inRange),
                value -> {
                    JsonObject json = new JsonObject();
                    value.forEach((name, each) -> json.put(name, element.write.apply(each)));
                    return json;
                });
    }

    /**
     * A value that came from Java rather than from JSON.
     *
     * @throws InvalidOptions if it is out of range
     */
    public T check(String name, T value) {
        if (!inRange.test(value)) {
            throw new InvalidOptions(OptionReader.pointer(name), outOfRange(name, write.apply(value)));
        }
        return value;
    }

    /** The value, or null after the place has been told what is wrong. */
    @Nullable
    T read(Object json, OptionReader.Place place) {
        int before = place.problems();
        T value = form.read(json, place);
        if (value != null && inRange.test(value)) {
            return value;
        }
        if (place.problems() == before) {
            place.problem(
                    value == null
                            ? place.name() + " " + Shown.value(json) + " is not " + kind + ": use " + accepted
                            : outOfRange(place.name(), json));
        }
        return null;
    }

    /** Reads the options of an object; null for what has none. */
    @Nullable
    Function<OptionReader, T> members() {
        return members;
    }

    /** The value as it stands in JSON. */
    public Object json(T value) {
        return write.apply(value);
    }

    private String outOfRange(String name, Object json) {
        return name + " " + Shown.value(json) + " is out of range: use " + accepted;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** Numbers beyond an int become the nearest int: they are numbers, and out of every range of ours. */
    private static @Nullable Integer whole(Object json) {
        if (!(json instanceof Number number) || Double.isInfinite(number.doubleValue())) {
            return null;
        }
        BigDecimal exact = new BigDecimal(number.toString());
        if (exact.stripTrailingZeros().scale() > 0) {
            return null;
        }
        BigInteger value = exact.toBigInteger();
        return value.bitLength() > 31
                ? (value.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE)
                : (Integer) value.intValue();
    }

    private static @Nullable Integer sized(String text) {
        Long bytes = parsed(text, Sizes::parse);
        return bytes == null ? null : (Integer) (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static <T> @Nullable T parsed(Object json, Function<String, @Nullable T> parse) {
        try {
            return json instanceof String text ? parse.apply(text) : null;
        } catch (IllegalArgumentException e) {
            return null; // the message is made by read(), which knows the option's name and range
        }
    }

    private static <T> List<T> elements(OptionType<T> element, JsonArray array, OptionReader.Place place) {
        List<T> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Object json = array.getValue(i);
            T value = element.read(json == null ? "null" : json, place.element(i));
            if (value != null) {
                values.add(value);
            }
        }
        return List.copyOf(values);
    }

    private static <T> Map<String, T> entries(
            OptionType<String> key, OptionType<T> element, JsonObject object, OptionReader.Place place) {
        Map<String, T> values = new LinkedHashMap<>();
        for (Map.Entry<String, Object> each : object) {
            OptionReader.Place at = place.member(each.getKey());
            Object json = each.getValue();
            if (key.read(each.getKey(), at) != null) {
                T value = element.read(json == null ? "null" : json, at);
                if (value != null) {
                    values.put(each.getKey(), value);
                }
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private static boolean isHost(String text) {
        if (NetUtil.isValidIpV4Address(text) || (NetUtil.isValidIpV6Address(text) && !text.startsWith("["))) {
            return true;
        }
        // what looks like an IPv4 address and is none would be looked up as a name, and fail late
        return !DOTTED_NUMBERS.matcher(text).matches()
                && HOST_NAME.matcher(text).matches();
    }
}
