package org.kamaelia.control;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One box of a connection's components.
 *
 * @param name its Kamaelia name, after the component's: {@code csa.inbox}
 * @param waiting how much it holds
 * @param bound how much it may hold
 * @param oldest how long the oldest of what it holds has waited; null if it is empty
 * @param unit {@code messages} or {@code bytes}, of both
 */
public record BoxView(
        String name, long waiting, long bound, @Nullable Duration oldest, String unit) {}
