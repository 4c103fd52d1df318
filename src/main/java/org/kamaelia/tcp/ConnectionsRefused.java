package org.kamaelia.tcp;

import org.kamaelia.component.Event;

/**
 * Some who connected were turned away. Told at the first, and then at most every ten seconds for each cause,
 * so that a flood of connections is none of events.
 *
 * @param count how many since this was told last
 * @param lastAddress where the last of them came from
 */
public record ConnectionsRefused(String listener, Refusal cause, long count, String lastAddress) implements Event {}
