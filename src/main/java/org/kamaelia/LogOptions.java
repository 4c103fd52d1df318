package org.kamaelia;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kamaelia.tcp.OptionType;

/**
 * The log of the server that runs by itself. An embedder's log is the embedder's own, and this changes nothing there.
 *
 * @param level what is told of ourselves; of libraries, {@code info} at most
 */
public record LogOptions(Format format, Level level) {

    public static final LogOptions DEFAULT = new LogOptions(Format.AUTO, Level.INFO);

    /** How a line looks. */
    public enum Format {
        /** Text on a terminal, JSON elsewhere. */
        AUTO,
        TEXT,
        /** One object a line. */
        JSON
    }

    /** From the least that is told to the most. */
    public enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    private static final OptionType<String> FORMAT = oneOf("a format", Format.values());
    private static final OptionType<String> LEVEL = oneOf("a level", Level.values());

    static final OptionType<LogOptions> TYPE = OptionType.object(
            "{\"level\": \"info\"}",
            reader -> new LogOptions(
                    Format.valueOf(constant(reader.optional("format", FORMAT, name(DEFAULT.format)))),
                    Level.valueOf(constant(reader.optional("level", LEVEL, name(DEFAULT.level))))),
            LogOptions::toJson);

    JsonObject toJson() {
        return new JsonObject().put("format", name(format)).put("level", name(level));
    }

    private static OptionType<String> oneOf(String kind, Enum<?>... values) {
        String names = Arrays.stream(values).map(LogOptions::name).collect(Collectors.joining("|"));
        return OptionType.text(kind, "one of " + names.replace("|", ", "), Pattern.compile(names));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
