package org.kamaelia.control;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kamaelia.tcp.InvalidOptions;

/** Words of the API that stand for a constant. */
final class Names {

    private Names() {}

    /**
     * The constant whose word is given.
     *
     * @param option what the word was given for: the message names it, and the problem points at it
     */
    static <E> E find(String option, E[] all, Function<E, String> word, String given) {
        return Arrays.stream(all)
                .filter(each -> word.apply(each).equals(given))
                .findFirst()
                .orElseThrow(() -> new InvalidOptions(
                        "/" + option,
                        option + " \"" + given + "\" is unknown: use "
                                + Arrays.stream(all).map(word).collect(Collectors.joining(", "))));
    }
}
