package org.kamaelia.tcp;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as an operator writes them: bytes as a number, or with a unit that counts by 1,024: {@code "64KiB"}, {@code "1MiB"}. */
public final class Sizes {

    /** Each 1,024 times the one before. */
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)?");

    private Sizes() {}

    /**
     * Bytes of a size such as {@code "64KiB"}; without a unit it is bytes.
     *
     * @throws IllegalArgumentException for anything else; the message shows what was given and the accepted form
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Shown.value(text)
                    + " is not a size: use bytes, or a whole number and a unit (B, KiB, MiB, GiB), as in \"64KiB\"");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        return Long.parseLong(matcher.group(1)) << (10 * UNITS.indexOf(unit));
    }

    /** The shortest form that loses nothing. */
    public static String format(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " is negative: a size counts from zero");
        }
        int unit = 0;
        long count = bytes;
        while (count != 0 && count % 1024 == 0 && unit < UNITS.size() - 1) {
            count /= 1024;
            unit++;
        }
        return count + UNITS.get(unit);
    }
}
