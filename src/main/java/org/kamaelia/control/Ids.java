package org.kamaelia.control;

import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers as ids that no other process gives: what was said by another is then not mistaken for one's own. */
final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}|0");

    private final String prefix;

    Ids(String kind) {
        this.prefix = kind + "-" + Long.toString(RANDOM.nextLong() >>> 24, Character.MAX_RADIX) + "-";
    }

    String of(long number) {
        return prefix + number;
    }

    /** The number of an id of ours; empty for any other text. */
    OptionalLong number(String id) {
        String number = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
        return NUMBER.matcher(number).matches() ? OptionalLong.of(Long.parseLong(number)) : OptionalLong.empty();
    }
}
