package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;

/**
 * Cuts bytes into frames: {@code inbox} takes buffers, cut anywhere; {@code outbox} sends each frame without what only
 * marks it off, as it has room. What is not a frame yet is kept, never more than one frame may have.
 *
 * <p>A frame longer than allowed ends the input there: what came before it is still answered, and the {@link
 * ProducerFinished} that goes on tells why. So does one for an input that ends within a frame.
 *
 * <p>Each kind of frame only says where a frame ends and what it holds. Vert.x's {@code RecordParser} does not serve: it
 * holds the longest length against all that waits, so that short records fail while the receiver is full, lets a longer
 * record through that comes at once, and looks at every byte by itself.
 *
 * @param <T> what a frame is sent as
 */
public abstract sealed class Framer<T> extends Component
        permits DelimiterFramer, FixedLengthFramer, LengthPrefixFramer, LineFramer {
    /** For {@link #end}: the frame ends behind the chunk. */
    static final int LATER = -1;

    /** For {@link #end}: the frame is longer than allowed. */
    static final int TOO_LONG = -2;

    private static final int FRAMES_PER_STEP = 256;
    private static final int LONGEST = 1 << 30;
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
    private final Outbox<T> out;
    private final Inbox<Signal> control = control();
    private final String noun;
    final int maxLength;

    /** The beginning of a frame whose end has not come. */
    private Buffer begun = NOTHING;

    private @Nullable Buffer chunk;
    private int position;
    private @Nullable ProducerFinished farewell;

    /**
     * @param noun what a frame is called where one is too long
     * @param maxLength the most bytes that a frame may hold, without what marks it off
     */
    Framer(Class<T> type, String noun, int maxLength) {
        if (maxLength < 0 || maxLength > LONGEST) {
            throw new IllegalArgumentException(
                    "the longest " + noun + " must be from 0 to " + LONGEST + " bytes, not " + maxLength);
        }
        this.out = outbox("outbox", type);
        this.noun = noun;
        this.maxLength = maxLength;
    }

    /**
     * Where in a chunk the present frame ends, marks included; or {@link #LATER}, or {@link #TOO_LONG} as soon as that is
     * sure.
     *
     * @param before the frame's bytes from earlier chunks
     * @param from where in the chunk the frame begins or goes on
     */
    abstract int end(Buffer before, Buffer in, int from);

    /** What a frame holds, marks left out: a copy, for a frame must not keep its chunk alive. */
    abstract T frame(Buffer bytes, int from, int to);

    /** What is left at the end of the input, if that is a frame; null if it is not. */
    @Nullable
    T last(Buffer rest) {
        return null;
    }

    @Override
    protected final Next step() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess) {
                return passOn(next);
            }
            if (next instanceof ProducerFinished finished) {
                farewell = finished;
            }
        }
        for (int frames = 0; frames < FRAMES_PER_STEP; frames++) {
            if (chunk == null) {
                chunk = in.poll();
                position = 0;
            }
            if (chunk == null) {
                return farewell == null ? PAUSE : finish(farewell);
            }
            if (!out.hasRoom()) {
                return PAUSE;
            }
            int end = end(begun, chunk, position);
            if (end == TOO_LONG) {
                return passOn(new ProducerFinished("a " + noun + " longer than " + maxLength + " bytes"));
            }
            if (end == LATER) {
                keep(chunk, chunk.length());
            } else {
                out.send(cut(chunk, end));
            }
        }
        return AGAIN;
    }

    /** How many bytes wait for the rest of their frame. */
    final int kept() {
        return begun.length();
    }

    private T cut(Buffer from, int end) {
        if (begun.length() == 0) {
            T frame = frame(from, position, end);
            moveTo(end, from);
            return frame;
        }
        keep(from, end);
        T frame = frame(begun, 0, begun.length());
        begun = NOTHING;
        return frame;
    }

    private void keep(Buffer from, int end) {
        if (begun.length() == 0) {
            begun = Buffer.buffer(end - position);
        }
        begun.appendBuffer(from, position, end - position);
        moveTo(end, from);
    }

    private void moveTo(int next, Buffer from) {
        position = next;
        if (next == from.length()) {
            chunk = null;
        }
    }

    private Next finish(ProducerFinished finished) {
        if (begun.length() == 0) {
            return passOn(finished);
        }
        if (!out.hasRoom()) {
            return PAUSE;
        }
        T last = last(begun);
        if (last != null) {
            out.send(last);
            return passOn(finished);
        }
        boolean saysWhy = finished.reason() != null;
        return passOn(saysWhy ? finished : new ProducerFinished("the input ended within a " + noun));
    }

    private Next passOn(Signal farewellSignal) {
        signal().send(farewellSignal);
        return DONE;
    }
}
