package org.kamaelia.control;

import java.time.Instant;
import org.kamaelia.component.Event;

/**
 * An event with its place in the order of all.
 *
 * @param number one more than that of the event before
 */
public record Happening(long number, Instant at, Event event) {}
