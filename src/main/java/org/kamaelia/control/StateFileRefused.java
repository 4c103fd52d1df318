package org.kamaelia.control;

import java.nio.file.Path;
import org.kamaelia.component.Event;

/**
 * A file of the state directory is none that this process can have written: the listener in it is not started.
 *
 * @param file where it was
 * @param keptAs where it is now, as it was
 * @param problem what is wrong with it
 */
public record StateFileRefused(Path file, Path keptAs, String problem) implements Event {}
