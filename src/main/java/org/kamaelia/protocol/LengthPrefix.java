package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteOrder;

/**
 * How a frame's length stands before it: an unsigned number of bytes that does not count itself.
 *
 * @param size how many bytes the number has: 1, 2, 4 or 8
 * @param order which of them comes first
 */
public record LengthPrefix(int size, ByteOrder order) {
    /**
     * @throws IllegalArgumentException for another size
     */
    public LengthPrefix {
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw new IllegalArgumentException("a length prefix has 1, 2, 4 or 8 bytes, not " + size);
        }
    }

    /** The largest length it can tell; a buffer holds at most {@link Integer#MAX_VALUE} bytes in any case. */
    public long largest() {
        return size == 8 ? Long.MAX_VALUE : (1L << (8 * size)) - 1;
    }

    /**
     * A frame as it goes to the peer, with its length before it.
     *
     * @throws IllegalArgumentException if it is longer than the prefix can tell
     */
    public Buffer before(Buffer frame) {
        int length = frame.length();
        if (length > largest()) {
            throw new IllegalArgumentException(
                    "a frame of " + length + " bytes does not fit a length prefix of " + size + " bytes");
        }
        Buffer framed = Buffer.buffer(size + length);
        for (int place = 0; place < size; place++) {
            framed.appendByte((byte) ((long) length >>> shift(place)));
        }
        return framed.appendBuffer(frame);
    }

    /** The number whose bytes begin in one buffer and go on in another; negative if it is beyond a long. */
    long read(Buffer before, Buffer in, int from) {
        int had = before.length();
        long length = 0;
        for (int place = 0; place < size; place++) {
            long next = place < had ? before.getUnsignedByte(place) : in.getUnsignedByte(from + place - had);
            length |= next << shift(place);
        }
        return length;
    }

    private int shift(int place) {
        return 8 * (order.equals(ByteOrder.BIG_ENDIAN) ? size - 1 - place : place);
    }
}
