package org.kamaelia.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ListenerOptions;

/**
 * A listener as it was at one moment.
 *
 * @param revision of what was asked of it: the same while that stays, whatever its state and counts
 * @param reason why it is {@code FAILED}, {@code DEGRADED}, or {@code STOPPED} though connections are left; null in good states
 * @param origin {@code configuration} or {@code api}
 * @param modified whether the API has changed what the configuration says
 * @param boundPort -1 while there is none
 * @param bytesIn read from all its connections since it was made
 * @param bytesOut written to them
 * @param startedAt when it last began to listen; null if it never did
 */
public record ListenerView(
        String name,
        String revision,
        ListenerState state,
        @Nullable String reason,
        String origin,
        boolean modified,
        int boundPort,
        Counts connections,
        long bytesIn,
        long bytesOut,
        @Nullable Instant startedAt,
        ListenerOptions options) {}
