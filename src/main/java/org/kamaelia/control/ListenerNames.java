package org.kamaelia.control;

import java.util.regex.Pattern;
import org.kamaelia.control.ControlFailure.Reason;

/** What a listener may be called: it stands in URLs, log lines and metrics. */
final class ListenerNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private ListenerNames() {}

    static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw ControlFailure.at(
                    "/name",
                    Reason.INVALID,
                    "\"" + name + "\" is no name for a listener: use up to 63 letters, digits, '.', '_' and '-',"
                            + " beginning with a letter or digit");
        }
    }
}
