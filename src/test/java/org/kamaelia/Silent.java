package org.kamaelia;

import io.vertx.core.buffer.Buffer;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;

/** A handler that neither reads nor sends nor listens to anybody, until it is told to end. */
final class Silent extends Component {
    private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
    private volatile boolean reads;
    private volatile boolean done;
    private final Bytes expected = new Bytes(0);
    private volatile long read;
    private volatile boolean wrong;

    @Override
    protected Next step() {
        if (reads) {
            for (Buffer next = in.poll(); next != null; next = in.poll()) {
                wrong |= !expected.matches(next.getBytes(), next.length());
                read = expected.count();
            }
        }
        return done ? DONE : PAUSE;
    }

    /** From now on it reads. Any thread, and so is the rest. */
    void startReading() {
        reads = true;
        wake();
    }

    void end() {
        done = true;
        wake();
    }

    /** How much it has read. */
    long read() {
        return read;
    }

    /** True if that was not what {@link Bytes} of seed 0 tell. */
    boolean readWrong() {
        return wrong;
    }
}
