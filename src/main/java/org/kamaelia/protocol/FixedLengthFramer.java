package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;

/** Cuts bytes into frames of one length. An input that ends within a frame loses that frame, and says so. See {@link Framer}. */
public final class FixedLengthFramer extends Framer<Buffer> {
    /**
     * A framer.
     *
     * @param length of each frame in bytes, at least 1
     */
    public FixedLengthFramer(int length) {
        super(Buffer.class, "frame", length);
        if (length == 0) {
            throw new IllegalArgumentException("a frame of fixed length has at least 1 byte, not 0");
        }
    }

    @Override
    int end(Buffer before, Buffer in, int from) {
        int missing = maxLength - before.length();
        return missing <= in.length() - from ? from + missing : LATER;
    }

    @Override
    Buffer frame(Buffer bytes, int from, int to) {
        return Buffer.buffer(to - from).appendBuffer(bytes, from, to - from);
    }
}
