package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;

/** Does a {@link Work}, one piece in each step: connections are served between them. */
final class Piecework<R> extends Component {
    private final Work<R> work;
    private final Promise<R> answer = Promise.promise();

    Piecework(Work<R> work) {
        this.work = work;
    }

    /** What came of it; completes on the scheduler's thread. */
    Future<R> answer() {
        return answer.future();
    }

    @Override
    protected Next step() {
        return work.piece() ? AGAIN : DONE;
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(work.result());
        } else {
            answer.fail(failure);
        }
    }
}
