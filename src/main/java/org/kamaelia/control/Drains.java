package org.kamaelia.control;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.control.ControlFailure.Reason;

/** How listeners come to their end, and until when: the operations that tell of it. Confined like {@link Listeners}. */
final class Drains {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Operations operations;
    private final BiFunction<ManagedListener, Operation, Future<Void>> canceller;

    /** @param canceller cancels a listener's drain */
    Drains(Operations operations, BiFunction<ManagedListener, Operation, Future<Void>> canceller) {
        this.operations = operations;
        this.canceller = canceller;
    }

    /** The operation of a drain that begins, or of the one under way, which can only get shorter. */
    Operation begin(ManagedListener listener, String kind, @Nullable Duration drainTimeout) {
        shorten(listener, drainTimeout);
        Operation before = listener.drain;
        boolean sameEnd = listener.forgetAfterDrain == listener.drainForgets;
        Operation operation = before != null && before.isRunning() && sameEnd
                ? before
                : operations.begin(
                        kind,
                        listener.name,
                        listener.open(),
                        listener::open,
                        null,
                        each -> canceller.apply(listener, each));
        listener.drain = operation;
        listener.drainForgets = listener.forgetAfterDrain;
        return operation;
    }

    /** The operation of a delete, which takes the place of a mere drain. */
    Operation beginDelete(ManagedListener listener, @Nullable Duration drainTimeout) {
        listener.forgetAfterDrain = true;
        Operation drained = listener.drain;
        Operation operation = begin(listener, "delete", drainTimeout);
        if (drained != null && drained != operation) {
            drained.end("cancelled", "taken over by " + operation.id);
        }
        return operation;
    }

    /** The delete of a listener of which nothing runs: done at once. */
    OperationView deleted(String name) {
        Operation operation = operations.begin("delete", name, 0, () -> 0, null, each -> Future.succeededFuture());
        operation.end("done", null);
        return operation.view();
    }

    /** A server of the listener has begun to shut down while a drain is under way, which may have been asked for at the same time. */
    void joined(ManagedListener listener, ServerShutdown shutdown) {
        if (listener.drainEnds != null) {
            shorten(listener, shutdown.drainTimeout());
        }
    }

    private static void shorten(ManagedListener listener, @Nullable Duration asked) {
        listener.drainWithin(asked == null ? listener.options.drainTimeout() : asked);
    }

    /** The last connection has ended. */
    void ended(ManagedListener listener) {
        listener.drainEnds = null;
        if (listener.drain != null) {
            listener.drain.end("done", null);
        }
    }

    /** Throws while one is under way: what asks for the listener's port or its options has to wait for its end. */
    static void refuseWhileDraining(ManagedListener listener) {
        if (listener.state == ListenerState.DRAINING) {
            Duration left = listener.drainLeft();
            throw new ControlFailure(
                            Reason.DRAINING,
                            "listener \"" + listener.name + "\" is draining: try again when it has stopped, or end it"
                                    + " sooner with serverShutdown and a shorter drainTimeout")
                    .retryAfter(left.compareTo(SOON) < 0 ? SOON : left);
        }
    }

    /** Throws when it is too late to cancel it. */
    static void refuseIfCutting(ManagedListener listener, Operation operation) {
        operation.requireRunning();
        if (listener.drainLeft().isZero()) {
            throw new ControlFailure(
                    Reason.WRONG_STATE,
                    "operation " + operation.id + " is past its drainTimeout: connections are being closed");
        }
    }
}
