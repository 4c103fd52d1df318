package org.kamaelia.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes its time, as it was at one moment.
 *
 * @param kind {@code drain} or {@code delete}
 * @param target the listener's name
 * @param state {@code running}, {@code done}, {@code cancelled} or {@code failed}
 * @param endedAt null while it runs
 * @param total connections there were when it began
 * @param done of those, the closed
 * @param detail more in words, where there is more
 */
public record OperationView(
        String id,
        String kind,
        String target,
        String state,
        Instant startedAt,
        @Nullable Instant endedAt,
        long total,
        long done,
        @Nullable String detail) {}
