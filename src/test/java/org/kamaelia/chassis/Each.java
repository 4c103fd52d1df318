package org.kamaelia.chassis;

import java.util.function.UnaryOperator;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;

/** Applies a function to every message, in a box of two; a message "die" kills it, "stop" ends it. */
final class Each extends Reactor {
    Each(UnaryOperator<String> change) {
        Inbox<String> in = addInbox("inbox", String.class, 2);
        Outbox<String> out = outbox("outbox", String.class);
        on(in, out, message -> {
            if (message.equals("die")) {
                throw new IllegalStateException("told to die");
            }
            if (message.equals("stop")) {
                finish();
            } else {
                out.send(change.apply(message));
            }
        });
    }

    /** Puts a word behind every message. */
    static Each adding(String word) {
        return new Each(message -> message + word);
    }
}
