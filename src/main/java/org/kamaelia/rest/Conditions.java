package org.kamaelia.rest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Expectation;
import org.kamaelia.control.Expectation.Revisions;
import org.kamaelia.rest.Problem.Fault;

/** Conditional requests (RFC 9110, 13): entity tags are revisions in quotes. */
final class Conditions {

    /** A part of a list: an entity tag, which may be weak, or nothing. */
    private static final Pattern ELEMENT =
            Pattern.compile("[ \\t]*+(?:(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*+)\"[ \\t]*+)?(?:,|$)");

    private Conditions() {}

    static String entityTag(String revision) {
        return '"' + revision + '"';
    }

    /**
     * What a call's {@code If-Match} and {@code If-None-Match} expect. Weak tags never match the first, and match the second
     * like others: so strong and weak comparison want it.
     *
     * @throws Refused for what is no list of entity tags
     */
    static Expectation read(Call call) {
        return new Expectation(revisions(call, "If-Match", false), revisions(call, "If-None-Match", true));
    }

    private static @Nullable Revisions revisions(Call call, String header, boolean weakToo) {
        String value = call.header(header);
        if (value == null) {
            return null;
        }
        if (value.strip().equals("*")) {
            return Revisions.ANY;
        }
        Set<String> named = new HashSet<>();
        Matcher element = ELEMENT.matcher(value);
        int end = 0;
        for (; end < value.length() && element.region(end, value.length()).lookingAt(); end = element.end()) {
            if (element.group(2) != null && (weakToo || element.group(1) == null)) {
                named.add(element.group(2));
            }
        }
        if (end < value.length()) {
            throw Problem.invalid(List.of(new Fault(
                            "parameter",
                            header,
                            header + " \"" + Call.cut(value)
                                    + "\" is no list of entity tags: send a listener's ETag as it was answered, in its"
                                    + " quotes, or *")))
                    .refusal();
        }
        return Revisions.of(named);
    }
}
