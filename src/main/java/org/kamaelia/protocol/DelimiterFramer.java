package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts bytes into frames that each end with a delimiter, which is not sent. What follows the last delimiter is no frame:
 * an input that ends there loses it, and says so. See {@link Framer}; for lines, {@link LineFramer}.
 */
public final class DelimiterFramer extends Framer<Buffer> {
    /** A longer one would make a peer's near misses dear. */
    private static final int LONGEST_DELIMITER = 64;

    private final byte[] delimiter;

    /**
     * A framer.
     *
     * @param delimiter 1 to 64 bytes
     * @param maxLength the longest frame in bytes, its delimiter not counted
     */
    public DelimiterFramer(Buffer delimiter, int maxLength) {
        super(Buffer.class, "frame", maxLength);
        if (delimiter.length() < 1 || delimiter.length() > LONGEST_DELIMITER) {
            throw new IllegalArgumentException(
                    "a delimiter has 1 to " + LONGEST_DELIMITER + " bytes, not " + delimiter.length());
        }
        this.delimiter = delimiter.getBytes();
    }

    @Override
    int end(Buffer before, Buffer in, int from) {
        int had = before.length();
        int longest = maxLength + delimiter.length;
        int limit = (int) Math.min(in.length(), (long) from + longest - had);
        for (int start = Math.max(0, had - delimiter.length + 1); start < had; start++) {
            int end = from + start + delimiter.length - had;
            if (end <= limit && isDelimiter(before, start, in, from)) {
                return end;
            }
        }
        int end = endWithin(in, from, limit);
        if (end < 0 && had + limit - from == longest) {
            return TOO_LONG;
        }
        return end;
    }

    /** Whether a delimiter begins at a place of what came before and goes on in the chunk. */
    private boolean isDelimiter(Buffer before, int start, Buffer in, int from) {
        int had = before.length();
        for (int place = 0; place < delimiter.length; place++) {
            int at = start + place;
            if (delimiter[place] != (at < had ? before.getByte(at) : in.getByte(from + at - had))) {
                return false;
            }
        }
        return true;
    }

    private int endWithin(Buffer in, int from, int limit) {
        int lastStart = limit - delimiter.length;
        int start = Search.indexOf(delimiter[0], in, from, lastStart + 1);
        while (start >= 0) {
            if (isDelimiterAt(in, start)) {
                return start + delimiter.length;
            }
            start = Search.indexOf(delimiter[0], in, start + 1, lastStart + 1);
        }
        return LATER;
    }

    private boolean isDelimiterAt(Buffer in, int start) {
        for (int place = 1; place < delimiter.length; place++) {
            if (delimiter[place] != in.getByte(start + place)) {
                return false;
            }
        }
        return true;
    }

    @Override
    Buffer frame(Buffer bytes, int from, int to) {
        int length = to - delimiter.length - from;
        return Buffer.buffer(length).appendBuffer(bytes, from, length);
    }
}
