package org.kamaelia.control;

import java.util.regex.Pattern;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionType;

/** What a listener may be called: it stands in URLs, log lines and metrics. */
public final class ListenerNames {

    public static final OptionType<String> TYPE = OptionType.text(
            "a listener's name",
            "up to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit",
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"));

    private ListenerNames() {}

    /** @throws InvalidOptions for what is no name */
    static void check(String name) {
        TYPE.check("name", name);
    }
}
