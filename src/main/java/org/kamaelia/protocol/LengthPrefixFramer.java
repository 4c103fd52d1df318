package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts bytes into frames with their length before them. One that says to be longer than allowed ends the input before
 * any of its bytes is kept; an input that ends within a frame loses that frame, and says so. See {@link Framer}.
 */
public final class LengthPrefixFramer extends Framer<Buffer> {
    private final LengthPrefix prefix;

    /**
     * A framer.
     *
     * @param maxLength the longest frame in bytes, its prefix not counted
     */
    public LengthPrefixFramer(LengthPrefix prefix, int maxLength) {
        super(Buffer.class, "frame", maxLength);
        this.prefix = prefix;
    }

    @Override
    int end(Buffer before, Buffer in, int from) {
        int had = before.length();
        int available = in.length() - from;
        if (had + available < prefix.size()) {
            return LATER;
        }
        long length = prefix.read(before, in, from);
        if (length < 0 || length > maxLength) {
            return TOO_LONG;
        }
        int missing = prefix.size() + (int) length - had;
        return missing <= available ? from + missing : LATER;
    }

    @Override
    Buffer frame(Buffer bytes, int from, int to) {
        int start = from + prefix.size();
        return Buffer.buffer(to - start).appendBuffer(bytes, start, to - start);
    }
}
