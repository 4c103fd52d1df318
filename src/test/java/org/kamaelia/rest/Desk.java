package org.kamaelia.rest;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kamaelia.component.Component;
import org.kamaelia.component.ForOperators;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;

/** A component that takes what operators say, if it is told to, and keeps it; it ends on {@code end}. */
final class Desk extends Component {
    final Inbox<String> notices = addInbox("notices", ForOperators.text("a line"), 2);
    final Inbox<JsonObject> limits =
            addInbox("limits", ForOperators.object(JsonObject.class, "limits", JsonObject::new));
    final Inbox<String> inbox = inbox("inbox", String.class);
    final Outbox<String> outbox = outbox("outbox", String.class);
    final List<Object> taken = new CopyOnWriteArrayList<>();
    private volatile boolean takes;

    /** Any thread. */
    Desk takesWhatComes() {
        takes = true;
        wake();
        return this;
    }

    /** Any thread. */
    static void activate(Scheduler on, Component component) {
        on.ingress().activate(component).toCompletableFuture().join();
    }

    @Override
    protected Next step() {
        while (takes && notices.dataReady()) {
            String notice = notices.receive();
            taken.add(notice);
            if (notice.equals("end")) {
                return DONE;
            }
        }
        while (takes && limits.dataReady()) {
            taken.add(limits.receive());
        }
        return PAUSE;
    }
}
