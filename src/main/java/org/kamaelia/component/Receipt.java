package org.kamaelia.component;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What becomes of a message that an operator has given.
 *
 * @param outcome {@link Outcome#DELIVERED}, {@link Outcome#FULL} or {@link Outcome#GONE}
 * @param before how many messages wait before it
 * @param collected completes on the scheduler's thread: with true when it has been taken from the box, with false when
 *     it never will be, since the component has ended
 */
public record Receipt(Outcome outcome, int before, CompletionStage<Boolean> collected) {
    static Receipt refused(Outcome outcome) {
        return new Receipt(outcome, 0, CompletableFuture.completedFuture(false));
    }
}
