package org.kamaelia.tcp;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as an operator writes them: a whole number and a unit, {@code "500ms"}, {@code "30s"}, {@code "5m"}, {@code "1h"}, {@code "7d"}. */
public final class Durations {

    private record Unit(String name, long millis) {

        long seconds() {
            return millis / 1_000;
        }
    }

    /** From the largest: {@link #format} takes the first that leaves no rest. */
    private static final List<Unit> UNITS = List.of(
            new Unit("d", Duration.ofDays(1).toMillis()),
            new Unit("h", Duration.ofHours(1).toMillis()),
            new Unit("m", Duration.ofMinutes(1).toMillis()),
            new Unit("s", Duration.ofSeconds(1).toMillis()),
            new Unit("ms", Duration.ofMillis(1).toMillis()));

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads what {@link #format} writes, and any other whole number of one unit.
     *
     * @throws IllegalArgumentException for anything else; the message shows what was given and the accepted form
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Shown.value(text)
                    + " is not a duration: use a whole number and a unit (ms, s, m, h, d), as in \"30s\"");
        }
        Unit unit = unit(matcher.group(2));
        // twelve digits of days are within what a Duration holds
        return Duration.ofMillis(unit.millis()).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    /** The same of what was measured, for people: to a second from ten seconds on. */
    public static String rough(Duration duration) {
        return format(duration.toSeconds() < 10 ? duration : duration.truncatedTo(ChronoUnit.SECONDS));
    }

    /** The shortest form that loses nothing down to a millisecond; what is finer is cut off. */
    public static String format(Duration duration) {
        if (duration.isNegative()) {
            return "-" + format(duration.negated()); // nothing reads it, a message shows it
        }
        long seconds = duration.toSeconds();
        int millis = duration.toMillisPart();
        if (millis != 0) {
            // digit by digit: there are durations of more milliseconds than a long counts
            return (seconds == 0
                            ? "" + millis
                            : seconds + String.valueOf(1_000 + millis).substring(1)) + "ms";
        }
        if (seconds == 0) {
            return "0s";
        }
        int longest = 0;
        while (seconds % UNITS.get(longest).seconds() != 0) {
            longest++;
        }
        return seconds / UNITS.get(longest).seconds() + UNITS.get(longest).name();
    }

    private static Unit unit(String name) {
        int named = 0;
        while (!UNITS.get(named).name().equals(name)) {
            named++;
        }
        return UNITS.get(named);
    }
}
