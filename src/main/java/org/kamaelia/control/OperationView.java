package org.kamaelia.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes its time, as it was at one moment.
 *
 * @param kind {@code drain}, {@code delete} or {@code close}
 * @param target the listener's name; null if it is about those of all
 * @param state {@code running}, {@code done}, {@code cancelled} or {@code failed}
 * @param endedAt null while it runs
 * @param total connections it is about: all there were when it began, or those chosen to be closed
 * @param done of those, the closed, and those that a {@code close} spared
 * @param matched of how many a {@code close} chose its total; null for the other kinds
 * @param detail more in words, where there is more
 */
public record OperationView(
        String id,
        String kind,
        @Nullable String target,
        String state,
        Instant startedAt,
        @Nullable Instant endedAt,
        long total,
        long done,
        @Nullable Long matched,
        @Nullable String detail) {}
