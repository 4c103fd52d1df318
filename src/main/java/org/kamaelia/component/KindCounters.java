package org.kamaelia.component;

import java.time.Duration;

/**
 * What the components of one class have done on one scheduler so far.
 *
 * @param kind the class's name
 * @param active components between activation and end
 * @param started components that were activated
 * @param steps how many steps they have taken
 * @param busy how long those steps took; an estimate, since about one step in a thousand is timed
 * @param toNowhere messages they sent that went nowhere, or that waited for them when they ended
 * @param refused sends that found the destination full
 * @param failures components that threw
 */
public record KindCounters(
        String kind, int active, long started, long steps, Duration busy, long toNowhere, long refused, long failures) {

    /** Both together: the same kind on another scheduler. */
    public KindCounters plus(KindCounters other) {
        return new KindCounters(
                kind,
                active + other.active,
                started + other.started,
                steps + other.steps,
                busy.plus(other.busy),
                toNowhere + other.toNowhere,
                refused + other.refused,
                failures + other.failures);
    }
}
