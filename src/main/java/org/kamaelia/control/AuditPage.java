package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the audit records, the newest first.
 *
 * @param nextCursor what to ask the next page with; null if this is the last
 */
public record AuditPage(List<AuditRecord> items, @Nullable String nextCursor) {

    public AuditPage {
        items = List.copyOf(items);
    }
}
