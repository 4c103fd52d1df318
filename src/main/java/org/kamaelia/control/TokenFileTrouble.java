package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * The token file has a fault, so that nobody is let in, or is right again.
 *
 * @param problem what is wrong and where; null when all is well again
 */
public record TokenFileTrouble(String file, @Nullable String problem) implements Event {}
