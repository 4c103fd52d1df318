package org.kamaelia.control;

import org.kamaelia.component.Event;

/** A change has been recorded. */
public record Audited(AuditRecord entry) implements Event {}
