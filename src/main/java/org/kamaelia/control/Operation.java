package org.kamaelia.control;

import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Something that takes its time. Confined like {@link Listeners}. */
final class Operation {
    final String id;
    final String target;
    private final String kind;
    private final Instant startedAt = Instant.now();
    private final long total;
    private LongSupplier left;
    private String state = "running";
    private @Nullable Instant endedAt;
    private @Nullable String detail;

    /**
     * Begins.
     *
     * @param total connections there are
     * @param left how many of them are left; asked while it runs and not again
     */
    Operation(String id, String kind, String target, long total, LongSupplier left) {
        this.id = id;
        this.kind = kind;
        this.target = target;
        this.total = total;
        this.left = left;
    }

    boolean isRunning() {
        return endedAt == null;
    }

    void end(String how, @Nullable String why) {
        if (endedAt == null) {
            state = how;
            detail = why;
            endedAt = Instant.now();
            long leftAtEnd = left.getAsLong();
            left = () -> leftAtEnd;
        }
    }

    OperationView view() {
        long done = state.equals("done") ? total : Math.max(0, total - left.getAsLong());
        return new OperationView(id, kind, target, state, startedAt, endedAt, total, done, detail);
    }
}
