package org.kamaelia.control;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.ControlFailure.Reason;

/** Something that takes its time. Confined like {@link Listeners}. */
final class Operation {
    final String id;
    final @Nullable String target;
    private final String kind;
    private final Instant startedAt = Instant.now();
    private final long total;
    private final @Nullable Long matched;
    private final Function<Operation, Future<Void>> canceller;
    private final Consumer<? super Event> events;
    private LongSupplier left;
    private String state = "running";
    private @Nullable Instant endedAt;
    private @Nullable String detail;

    /**
     * Begins.
     *
     * @param target the listener's name; null if it is about those of all
     * @param total connections that it is about
     * @param left how many of them are left; asked while it runs and not again
     * @param matched of how many the total was chosen; null if none was
     * @param canceller cancels it while it runs; fails with {@link ControlFailure} if it is too late for that
     * @param events told when it has ended
     */
    Operation(
            String id,
            String kind,
            @Nullable String target,
            long total,
            LongSupplier left,
            @Nullable Long matched,
            Function<Operation, Future<Void>> canceller,
            Consumer<? super Event> events) {
        this.id = id;
        this.kind = kind;
        this.target = target;
        this.total = total;
        this.left = left;
        this.matched = matched;
        this.canceller = canceller;
        this.events = events;
    }

    Future<Void> cancel() {
        requireRunning();
        return canceller.apply(this);
    }

    void requireRunning() {
        if (!isRunning()) {
            throw new ControlFailure(Reason.WRONG_STATE, "operation " + id + " has ended: nothing to cancel");
        }
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
            events.accept(new OperationChanged(view()));
        }
    }

    OperationView view() {
        long done = state.equals("done") ? total : Math.max(0, total - left.getAsLong());
        return new OperationView(id, kind, target, state, startedAt, endedAt, total, done, matched, detail);
    }
}
