package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * Callers were turned away at the control plane's door, before anybody looked at what they ask for. Told at the first, and then
 * at most every ten seconds for each problem, so that a flood of callers is none of events.
 *
 * @param problem the type of what they were answered, a URN
 * @param count how many since this was told last
 * @param total how many since the plane was opened
 * @param lastCaller who the last of them was; null for one whom nobody knows
 * @param lastAddress where the last of them came from
 */
public record CallsRefused(
        String problem, long count, long total, @Nullable String lastCaller, String lastAddress) implements Event {}
