package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Which part of a dry run's connections to show.
 *
 * @param limit most of one page
 * @param cursor where the page before ended; null for the first
 */
public record PreviewPage(int limit, @Nullable String cursor) {

    /** The first {@value ConnectionQuery#DEFAULT_LIMIT}. */
    public static final PreviewPage FIRST = new PreviewPage(ConnectionQuery.DEFAULT_LIMIT, null);

    /** @throws InvalidOptions for a limit out of range */
    public PreviewPage {
        ConnectionQuery.checkLimit(limit);
    }
}
