package org.kamaelia.control;

import java.nio.file.Path;
import org.kamaelia.component.Event;

/**
 * The configuration has a listener that is called like one in the state directory, and takes its place.
 *
 * @param file of the one that is not started; it stays
 */
public record ListenerOverruled(String listener, Path file) implements Event {}
