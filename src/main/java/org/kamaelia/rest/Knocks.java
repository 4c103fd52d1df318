package org.kamaelia.rest;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.CallsRefused;
import org.kamaelia.rest.Problem.Kind;

/** Counts who is turned away, and tells of it: at the first, and then at most once in a while for each kind. Any thread. */
final class Knocks {

    static final Duration PAUSE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Duration pause;
    private final Consumer<? super Event> events;
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

    private static final class Count {
        long total;
        long told;
        /** It has been told of not long ago, and will be again if there is more. */
        boolean pausing;

        @Nullable
        String caller;

        String address = "";
    }

    /** @param pause how long after an event of a kind the next comes, at the soonest */
    Knocks(Vertx vertx, Duration pause, Consumer<? super Event> events) {
        this.vertx = vertx;
        this.pause = pause;
        this.events = events;
    }

    /** @param caller null for one whom nobody knows */
    void refused(Kind kind, @Nullable String caller, String address) {
        boolean tell;
        synchronized (this) {
            Count count = counts.computeIfAbsent(kind, first -> new Count());
            count.total++;
            count.caller = caller;
            count.address = address;
            tell = !count.pausing;
            count.pausing = true;
        }
        if (tell) {
            tell(kind);
        }
    }

    private void tell(Kind kind) {
        CallsRefused refused;
        synchronized (this) {
            Count count = counts.computeIfAbsent(kind, first -> new Count());
            count.pausing = count.total > count.told;
            if (!count.pausing) {
                return;
            }
            refused = new CallsRefused(kind.type(), count.total - count.told, count.total, count.caller, count.address);
            count.told = count.total;
        }
        // First, so that a listener that throws does not silence what follows.
        vertx.setTimer(pause.toMillis(), over -> tell(kind));
        events.accept(refused);
    }
}
