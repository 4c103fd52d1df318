package org.kamaelia.component;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that takes messages of operators and knows when each is collected: it counts what is taken, which others need
 * not.
 */
final class OperatorInbox<T> extends Inbox<T> {
    private final ForOperators<T> operators;

    /** Those of operators that wait, oldest first. */
    private final ArrayDeque<Awaited> awaited = new ArrayDeque<>(0);

    /** How many messages have been taken so far. */
    private long taken;

    /** One that waits, until so many have been taken. */
    private record Awaited(long takes, CompletableFuture<Boolean> collected) {}

    OperatorInbox(Component owner, String name, ForOperators<T> operators, int bound) {
        super(owner, name, operators.type(), bound);
        this.operators = operators;
    }

    @Override
    public @Nullable ForOperators<T> forOperators() {
        return target instanceof OperatorInbox<?> ? operators : null;
    }

    @Override
    public Receipt handIn(Object given) {
        owner.checkThread();
        if (target instanceof OperatorInbox<?> last) {
            return last.keep(operators.read(given), this);
        }
        throw new NotForOperators(this);
    }

    private Receipt keep(Object message, Box from) {
        if (isClosed()) {
            return Receipt.refused(Outcome.GONE);
        }
        int before = size();
        if (!deliverFrom(message, from)) {
            return Receipt.refused(Outcome.FULL);
        }
        Awaited last = new Awaited(taken + before + 1, new CompletableFuture<>());
        awaited.add(last);
        return new Receipt(Outcome.DELIVERED, before, last.collected);
    }

    @Override
    public @Nullable T poll() {
        T message = super.poll();
        if (message != null) {
            taken++;
            Awaited next = awaited.peek();
            if (next != null && next.takes == taken) {
                awaited.remove();
                next.collected.complete(true);
            }
        }
        return message;
    }

    @Override
    void close() {
        super.close();
        for (Awaited each = awaited.poll(); each != null; each = awaited.poll()) {
            each.collected.complete(false);
        }
    }
}
