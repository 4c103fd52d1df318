package org.kamaelia.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What does not serve as it should, and why: listeners, and the token file. Any thread. */
final class Troubles {
    private final Map<String, String> byListener = new ConcurrentSkipListMap<>();
    private volatile @Nullable String tokenFile;

    void note(ListenerChanged changed) {
        if (changed.state() == ListenerState.FAILED || changed.state() == ListenerState.DEGRADED) {
            byListener.put(
                    changed.listener(),
                    "listener " + changed.listener() + " is " + changed.state().json() + ": " + changed.reason());
        } else {
            byListener.remove(changed.listener());
        }
    }

    void note(TokenFileTrouble trouble) {
        tokenFile = trouble.problem() == null
                ? null
                : "nobody is let in until the token file is mended: " + trouble.problem();
    }

    /** In words: the token file's, then those of listeners by their names. */
    List<String> now() {
        List<String> all = new ArrayList<>(byListener.values());
        String tokens = tokenFile;
        if (tokens != null) {
            all.add(0, tokens);
        }
        return all;
    }
}
