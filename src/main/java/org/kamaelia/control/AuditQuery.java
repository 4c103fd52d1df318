package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AuditRecord.Outcome;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Which audit records to list. The newest come first.
 *
 * @param who by the caller's name; null for all
 * @param operation by name; null for all
 * @param target by name or id; null for all
 * @param outcome null for all
 * @param limit most of one page
 * @param cursor where the page before ended; null for the first
 */
public record AuditQuery(
        @Nullable String who,
        @Nullable String operation,
        @Nullable String target,
        @Nullable Outcome outcome,
        int limit,
        @Nullable String cursor) {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MOST = 1000;

    /** @throws InvalidOptions for a limit out of range */
    public AuditQuery {
        if (limit < 1 || limit > MOST) {
            throw new InvalidOptions("/limit", "limit " + limit + " is out of range: use 1 to " + MOST);
        }
    }

    /** The newest of all. */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(null, null, null, null, limit, null);
    }

    boolean matches(AuditRecord each) {
        return (who == null || who.equals(each.caller().name()))
                && (operation == null || operation.equals(each.operation()))
                && (target == null || target.equals(each.target()))
                && (outcome == null || outcome == each.outcome());
    }
}
