package org.kamaelia.chassis;

import java.util.ArrayList;
import java.util.List;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Signal;

/** Keeps what comes on {@code control} and does nothing else until it is told to end. */
final class Recorder extends Component {
    final List<Signal> heard = new ArrayList<>();
    private boolean done;

    Recorder() {
        inbox("inbox", String.class);
        outbox("outbox", String.class);
    }

    @Override
    protected Next step() {
        for (Signal next = control().poll(); next != null; next = control().poll()) {
            heard.add(next);
        }
        return done ? DONE : PAUSE;
    }

    /** Has it send, as from within its step. */
    void say(String message) {
        outbox("outbox", String.class).send(message);
    }

    void say(Signal signal) {
        signal().send(signal);
    }

    void finish() {
        done = true;
        wake();
    }
}
