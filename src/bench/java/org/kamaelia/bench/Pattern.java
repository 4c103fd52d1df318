package org.kamaelia.bench;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The bytes that the load client sends and expects back: one endless stream of noise, of which every connection starts
 * somewhere else, so that a byte that is lost, doubled, moved or given to another connection shows.
 *
 * <p>The period is a prime: nothing that is shifted by whole frames falls on itself.
 */
final class Pattern {

    /** No slice is longer; a power of two that holds the largest frame in one write. */
    static final int MAX_SLICE = 64 * 1024;

    private static final int PERIOD = 262_139;
    private static final int START_STRIDE = 7_919;
    private static final ByteBuffer BYTES = noise();

    private final ByteBuffer view = BYTES.duplicate();
    private int position;

    /** A stream for a connection; two with the same number are the same bytes. */
    Pattern(int connection) {
        position = (int) ((long) connection * START_STRIDE % PERIOD);
    }

    /**
     * The next bytes, to be written or compared. The buffer is this pattern's own and good until the next call; how far
     * its position gets does not matter, {@link #advance} tells how many were used.
     */
    ByteBuffer next(int length) {
        return view.limit(position + length).position(position);
    }

    void advance(int length) {
        position += length;
        if (position >= PERIOD) {
            position -= PERIOD;
        }
    }

    private static ByteBuffer noise() {
        byte[] bytes = new byte[PERIOD + MAX_SLICE];
        new Random(1).nextBytes(bytes);
        System.arraycopy(bytes, 0, bytes, PERIOD, MAX_SLICE);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
