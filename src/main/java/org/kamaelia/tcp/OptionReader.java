package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object, option by option, and collects what is wrong instead of stopping at the first. An option that is
 * absent or null has its default; a bad one is noted and has its default too, so that reading goes on. What nobody asked
 * for is an unknown option, and an error that names the nearest one there is.
 */
public final class OptionReader {

    /** Where in the document a value stands: its name for the message, its pointer for a program. */
    record Place(String name, String pointer, List<InvalidOptions.Problem> found) {

        int problems() {
            return found.size();
        }

        void problem(String detail) {
            found.add(new InvalidOptions.Problem(pointer, detail));
        }

        Place element(int index) {
            return new Place(name + "[" + index + "]", pointer + "/" + index, found);
        }

        Place member(String key) {
            return new Place(name.isEmpty() ? key : name + "." + key, pointer + OptionReader.pointer(key), found);
        }

        <T> @Nullable T inside(JsonObject json, Function<OptionReader, T> read) {
            return new OptionReader(json, this, false).run(read);
        }
    }

    private final JsonObject json;
    private final Place place;

    /** What is missing is where this goes, and what goes together is only known there. */
    private final boolean part;

    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> ignored = new LinkedHashSet<>();

    private OptionReader(JsonObject json, Place place, boolean part) {
        this.json = json;
        this.place = place;
        this.part = part;
    }

    /**
     * Reads a whole document.
     *
     * @param read asks for each option once and makes the result, which is not null
     * @throws InvalidOptions with all problems, if there is any
     */
    public static <T> T read(JsonObject json, Function<OptionReader, T> read) {
        List<InvalidOptions.Problem> found = new ArrayList<>();
        T result = new Place("", "", found).inside(json, read);
        if (!found.isEmpty()) {
            throw new InvalidOptions(found);
        }
        return Objects.requireNonNull(result, "what was read");
    }

    /** The option's value, or its default. */
    public <T> T optional(String name, OptionType<T> type, T byDefault) {
        T value = nullable(name, type);
        return value == null ? byDefault : value;
    }

    /** The option's value, or null where there is none. */
    public <T> @Nullable T nullable(String name, OptionType<T> type) {
        known.add(name);
        Object value = json.getValue(name);
        return value == null ? null : type.read(value, at(name));
    }

    /** Looks at an option of a patch: of an object only at those members that are there, each by itself. */
    void part(String name, OptionType<?> type) {
        Object value = json.getValue(name);
        Function<OptionReader, ?> members = type.members();
        if (value instanceof JsonObject object && members != null) {
            known.add(name);
            Object unused = new OptionReader(object, at(name), true).run(members);
        } else {
            Object unused = nullable(name, type);
        }
    }

    /** The option's value; {@code example} tells in the message what one looks like, and stands in while reading goes on. */
    public <T> T required(String name, OptionType<T> type, T example) {
        T value = nullable(name, type);
        if (value == null && json.getValue(name) == null && !part) {
            Place missing = at(name);
            missing.problem(missing.name() + " is missing: give one, as in " + Shown.value(type.json(example)));
        }
        return value == null ? example : value;
    }

    /** Names that may be there and say nothing: what we tell in answers and somebody sends back to us. */
    public void ignore(Collection<String> names) {
        ignored.addAll(names);
    }

    /** The JSON pointer of a member, from its object. */
    static String pointer(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The nearest of some names to a misspelt one, if one is near enough to have been meant. */
    public static Optional<String> nearest(String name, Collection<String> names) {
        String best = null;
        int least = 1 + Math.max(1, name.length() / 3);
        for (String candidate : names) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    private <T> @Nullable T run(Function<OptionReader, T> read) {
        int before = place.problems();
        T result = null;
        try {
            result = read.apply(this);
        } catch (InvalidOptions together) {
            // each value is right and they do not fit; with a wrong one among them the defaults might not either
            if (place.problems() == before && !part) {
                together.problems().forEach(problem -> place.found().add(problem.under(place.pointer())));
            }
        }
        json.fieldNames().stream()
                .filter(name -> !known.contains(name) && !ignored.contains(name))
                .forEach(this::unknown);
        return place.problems() == before ? result : null;
    }

    private void unknown(String name) {
        String remedy = nearest(name, known)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() -> known.isEmpty() ? "there is none" : "use one of " + String.join(", ", known));
        Place unknown = at(name);
        unknown.problem(Shown.value(unknown.name()) + " is no option here: " + remedy);
    }

    private Place at(String name) {
        return place.member(name);
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
