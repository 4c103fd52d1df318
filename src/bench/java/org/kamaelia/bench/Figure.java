package org.kamaelia.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One figure of the kernel benchmark.
 *
 * @param benchmark the class whose one benchmark JMH runs
 * @param parameters all that the class has, each with one value
 * @param limit what it is set against, measured in the same case before it; null if there is nothing to set it against
 */
record Figure(
        String title,
        Class<?> benchmark,
        Map<String, String> parameters,
        @Nullable Figure limit,
        List<Target> targets) {

    /** One that others are set against, or that stands alone. */
    static Figure of(String title, Class<?> benchmark, Map<String, String> parameters, Target... targets) {
        return new Figure(title, benchmark, parameters, null, List.of(targets));
    }

    /** The benchmark set against this one. */
    Figure below(String title, Class<?> benchmark, Map<String, String> parameters, Target... targets) {
        return new Figure(title, benchmark, parameters, this, List.of(targets));
    }
}
