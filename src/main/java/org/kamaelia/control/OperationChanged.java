package org.kamaelia.control;

import org.kamaelia.component.Event;

/** Something that takes its time has begun or ended. */
public record OperationChanged(OperationView operation) implements Event {}
