package org.kamaelia.control;

import org.kamaelia.component.Event;

/**
 * A record that will not be in the audit file: it took none for long, or until the end.
 *
 * @param line the record as it would stand there
 */
public record AuditLost(String file, String line) implements Event {}
