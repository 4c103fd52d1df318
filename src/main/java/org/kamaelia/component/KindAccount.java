package org.kamaelia.component;

import java.time.Duration;

/** What the components of one class have done on one scheduler. Confined to its thread. */
final class KindAccount {
    final String name;
    int active;
    long started;
    long steps;

    /** An estimate: few steps are timed, each standing for those since the one timed before. */
    long nanos;

    long toNowhere;
    long refused;
    long failures;

    KindAccount(Class<?> kind) {
        String simple = kind.getSimpleName();
        name = simple.isEmpty() ? kind.getName() : simple;
    }

    KindCounters counters() {
        return new KindCounters(name, active, started, steps, Duration.ofNanos(nanos), toNowhere, refused, failures);
    }
}
