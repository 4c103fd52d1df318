package org.kamaelia.component;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Looks at the active components, each once, a few in each step, and answers. */
final class Survey<R> extends Component {
    private final BooleanSupplier awaited;
    private final Runnable first;
    private final ToIntFunction<? super Component> visitor;
    private final Consumer<? super Component> leaver;
    private final Supplier<R> result;
    private final CompletableFuture<R> answer;
    private @Nullable Walk walk;

    /**
     * @param awaited false once nobody waits for the answer any more
     * @param first run when it begins
     * @param visitor meets each component that was active when the survey began, and answers as for a {@link Walk}
     * @param leaver told instead of each that ended before it was met
     * @param result asked once all were met, or the visitor has had enough
     */
    Survey(
            BooleanSupplier awaited,
            Runnable first,
            ToIntFunction<? super Component> visitor,
            Consumer<? super Component> leaver,
            Supplier<R> result,
            CompletableFuture<R> answer) {
        this.awaited = awaited;
        this.first = first;
        this.visitor = visitor;
        this.leaver = leaver;
        this.result = result;
        this.answer = answer;
    }

    @Override
    protected Next step() {
        if (!awaited.getAsBoolean()) {
            answer.completeExceptionally(new CancellationException("nobody waits for the answer any more"));
            return DONE;
        }
        Walk under = walk;
        if (under == null) {
            first.run();
            under = scheduler().walk(leaver);
            walk = under;
        }
        if (under.meet(this::visit)) {
            return AGAIN;
        }
        answer.complete(result.get());
        return DONE;
    }

    private int visit(Component component) {
        return component instanceof Survey<?> ? Walk.PASSED : visitor.applyAsInt(component);
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (walk != null) {
            scheduler().endWalk(walk);
        }
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            cannot(Outcome.STOPPED);
        }
    }

    /** The scheduler has stopped, or cannot take it in now; after an answer this does nothing. */
    void cannot(Outcome why) {
        answer.completeExceptionally(new RejectedExecutionException(
                why == Outcome.FULL
                        ? "the scheduler is not keeping up: too much waits in its ingress; try again later"
                        : "the scheduler has stopped"));
    }
}
