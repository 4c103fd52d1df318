package org.kamaelia;

import io.vertx.core.buffer.Buffer;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;

/** A handler with a given number of bytes to send, as fast as there is room; what comes it drops. */
final class Sending extends Component {
    private static final int CHUNK = 16 * 1024;

    private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
    private final Outbox<Buffer> out = outbox("outbox", Buffer.class);
    private final Inbox<Signal> control = control();
    private final Bytes bytes = new Bytes(0);
    private final boolean staysAfter;
    private long left;
    private boolean finishing;

    private Sending(long length, boolean staysAfter) {
        this.left = length;
        this.staysAfter = staysAfter;
    }

    /** Ends when all was sent. */
    static Sending thenDone(long length) {
        return new Sending(length, false);
    }

    /** When all was sent it stays, until it is told that its input has ended. */
    static Sending thenStaying(long length) {
        return new Sending(length, true);
    }

    @Override
    protected Next step() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess) {
                return DONE;
            }
            finishing |= next instanceof ProducerFinished;
        }
        while (in.poll() != null) {}
        while (left > 0 && out.hasRoom()) {
            int part = (int) Math.min(CHUNK, left);
            out.send(Buffer.buffer(bytes.next(part)));
            left -= part;
        }
        if (left > 0 || (staysAfter && !finishing)) {
            return PAUSE;
        }
        signal().send(new ProducerFinished());
        return DONE;
    }
}
