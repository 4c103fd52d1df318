package org.kamaelia.chassis;

import java.util.ArrayList;
import java.util.List;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Scheduler;

/** What to do with an inbox that a parent had passed through to a child, once the child has ended. */
final class LentInbox {
    private LentInbox() {}

    /**
     * Puts what the child had not taken before what waits in the parent's box, whatever its bound, so that
     * a successor finds all of it in order.
     *
     * @param lent the child's, within its parent's {@code childEnded}
     * @param lender the parent's, linked no further
     */
    static void giveBack(Inbox<?> lent, Inbox<?> lender, Scheduler scheduler) {
        if (!lent.dataReady()) {
            return;
        }
        List<Object> waiting = new ArrayList<>();
        takeAll(lent, waiting);
        takeAll(lender, waiting);
        @SuppressWarnings("unchecked") // they were linked, so they carry the same type
        Inbox<Object> to = (Inbox<Object>) lender;
        int bound = to.bound();
        to.bound(Integer.MAX_VALUE);
        waiting.forEach(message -> scheduler.deliver(to, message));
        to.bound(bound);
    }

    private static void takeAll(Inbox<?> from, List<Object> into) {
        for (Object next = from.poll(); next != null; next = from.poll()) {
            into.add(next);
        }
    }
}
