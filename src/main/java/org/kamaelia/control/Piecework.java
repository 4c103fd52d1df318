package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.Next;

/**
 * Does a {@link Work} as long as somebody is interested, one piece in each turn of the event loop: its sockets are looked at
 * between them, which they are not between the steps of one cycle.
 */
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
        if (!work.piece()) {
            return DONE;
        }
        wakeInNextTurn();
        return PAUSE;
    }

    /** A deadline, though it has passed already, is looked at when the next cycle begins. */
    private void wakeInNextTurn() {
        Deadline unused = wakeAfter(Duration.ZERO);
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
