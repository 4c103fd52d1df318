package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;

/** Does a {@link Work}, one piece in each step, as long as somebody is interested: connections are served between them. */
final class Piecework<R> extends Component {
    private final Work<R> work;
    private final Interest interest;
    private final Promise<R> answer = Promise.promise();

    Piecework(Work<R> work, Interest interest) {
        this.work = work;
        this.interest = interest;
    }

    /** What came of it, failed if the interest was lost; completes on the scheduler's thread. */
    Future<R> answer() {
        return answer.future();
    }

    @Override
    protected Next step() {
        if (interest.isLost()) {
            answer.fail(Turns.lost());
            return DONE;
        }
        return work.piece() ? AGAIN : DONE;
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (failure == null) {
            answer.tryComplete(work.result());
        } else {
            answer.tryFail(failure);
        }
    }
}
