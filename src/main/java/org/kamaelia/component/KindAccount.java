package org.kamaelia.component;

import java.time.Duration;

/** What the components of one class have done on one scheduler. Confined to its thread. */
final class KindAccount {
    final String name;
    int active;
    long started;
    /** Of those that have ended: counting each step here too would cost a tenth of a message. */
    long steps;

    /** An estimate: few steps are timed, each standing for those since the one timed before. */
    long nanos;

    long toNowhere;
    long refused;
    long failures;

    KindAccount(Class<?> kind) {
        name = name(kind);
    }

    /** The simple name, after those of the classes around it; the whole one of a class that has none. */
    static String name(Class<?> kind) {
        String simple = kind.getSimpleName();
        if (simple.isEmpty()) {
            return kind.getName();
        }
        Class<?> around = kind.getDeclaringClass();
        return around == null ? simple : name(around) + "." + simple;
    }

    /** @param allSteps of those that are active, and of those that have ended */
    KindCounters counters(long allSteps) {
        return new KindCounters(name, active, started, allSteps, Duration.ofNanos(nanos), toNowhere, refused, failures);
    }
}
