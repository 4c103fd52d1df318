package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;

/**
 * Cuts bytes into lines: {@code inbox} takes buffers, {@code outbox} sends each line as a string, UTF-8,
 * without its {@code \n} or {@code \r\n}. At the end of the input a last line without an end counts.
 *
 * <p>A line longer than allowed ends the input there: what came before it is still answered.
 */
public final class LineFramer extends Component {
    private static final int LINES_PER_STEP = 256;

    private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
    private final Outbox<String> out = outbox("outbox", String.class);
    private final Inbox<Signal> control = control();
    private final int maxLength;

    /** The beginning of a line whose end has not come. */
    private Buffer begun = Buffer.buffer();

    private @Nullable Buffer chunk;
    private int position;
    private @Nullable ProducerFinished farewell;

    /**
     * A framer.
     *
     * @param maxLength the longest line in bytes, its end not counted
     */
    public LineFramer(int maxLength) {
        this.maxLength = maxLength;
    }

    @Override
    protected Next step() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess) {
                return passOn(next);
            }
            if (next instanceof ProducerFinished finished) {
                farewell = finished;
            }
        }
        for (int lines = 0; lines < LINES_PER_STEP; lines++) {
            if (chunk == null) {
                chunk = in.poll();
                position = 0;
            }
            if (chunk == null) {
                return farewell == null ? PAUSE : end(farewell);
            }
            if (!out.hasRoom()) {
                return PAUSE;
            }
            if (!cut(chunk)) {
                return passOn(new ProducerFinished("a line longer than " + maxLength + " bytes"));
            }
        }
        return AGAIN;
    }

    /** Sends the next line of the chunk, or keeps its rest; false if a line is too long. */
    private boolean cut(Buffer from) {
        int end = position;
        while (end < from.length() && from.getByte(end) != '\n') {
            end++;
        }
        boolean whole = end < from.length();
        int length = begun.length() + end - position;
        if (length > maxLength + 1) {
            return false;
        }
        begun.appendBuffer(from, position, end - position);
        position = end + 1;
        if (position >= from.length()) {
            chunk = null;
        }
        return !whole || sendLine();
    }

    private boolean sendLine() {
        int length = begun.length();
        if (length > 0 && begun.getByte(length - 1) == '\r') {
            length--;
        }
        if (length > maxLength) {
            return false;
        }
        out.send(begun.getString(0, length, StandardCharsets.UTF_8.name()));
        begun = Buffer.buffer();
        return true;
    }

    private Next end(ProducerFinished finished) {
        if (begun.length() > 0) {
            if (!out.hasRoom()) {
                return PAUSE;
            }
            if (!sendLine()) {
                return passOn(new ProducerFinished("a line longer than " + maxLength + " bytes"));
            }
        }
        return passOn(finished);
    }

    private Next passOn(Signal farewellSignal) {
        signal().send(farewellSignal);
        return DONE;
    }
}
