package org.kamaelia.control;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The listeners that do not serve as they should, and why. Any thread. */
final class Troubles {
    private final Map<String, String> byListener = new ConcurrentSkipListMap<>();

    void note(ListenerChanged changed) {
        if (changed.state() == ListenerState.FAILED || changed.state() == ListenerState.DEGRADED) {
            byListener.put(
                    changed.listener(),
                    "listener " + changed.listener() + " is " + changed.state().json() + ": " + changed.reason());
        } else {
            byListener.remove(changed.listener());
        }
    }

    /** In words, by the listeners' names. */
    Collection<String> now() {
        return byListener.values();
    }
}
