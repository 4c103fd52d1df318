package org.kamaelia.eventloop;

import java.time.Duration;
import org.kamaelia.component.Event;

/**
 * A component has ended and its thread was interrupted, but still runs: its body does not heed interrupts.
 * Nobody waits for it any longer.
 *
 * @param component what it calls itself
 * @param waited since the interrupt
 */
public record ThreadOverdue(String component, Duration waited) implements Event {}
