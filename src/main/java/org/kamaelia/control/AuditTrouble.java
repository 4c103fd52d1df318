package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * The audit file takes no more records, or takes them again.
 *
 * @param problem what the system says; null when all is well again
 * @param waiting records that are kept until it takes them
 * @param lost records that were not kept, since too many waited; each was told as {@link AuditLost}
 */
public record AuditTrouble(String file, @Nullable String problem, int waiting, long lost) implements Event {}
