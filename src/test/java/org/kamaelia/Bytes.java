package org.kamaelia;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * A stream of bytes without an end whose every place tells where it is, so that nothing can be lost, doubled or
 * reordered unseen. Each seed has another.
 */
final class Bytes {
    /** Prime, so that no chunk's size divides it. */
    private static final int PERIOD = 65_521;

    /** The period twice, so that from any place in it a whole one follows. */
    private static final byte[] PATTERN = pattern();

    private final int start;
    private long made;

    Bytes(int seed) {
        start = (int) (seed * 7_919L % PERIOD);
    }

    private static byte[] pattern() {
        byte[] twice = new byte[2 * PERIOD];
        new Random(1).nextBytes(twice);
        System.arraycopy(twice, 0, twice, PERIOD, PERIOD);
        return twice;
    }

    private int place() {
        return (int) ((start + made) % PERIOD);
    }

    /** How many have been made or seen. */
    long count() {
        return made;
    }

    /** The next so many; at most {@value #PERIOD}. */
    byte[] next(int length) {
        int at = place();
        made += length;
        return Arrays.copyOfRange(PATTERN, at, at + length);
    }

    /** Writes the next so many. */
    void write(OutputStream out, long length) throws IOException {
        for (long left = length; left > 0; ) {
            int at = place();
            int part = (int) Math.min(PERIOD, left);
            out.write(PATTERN, at, part);
            made += part;
            left -= part;
        }
    }

    /** Holds what came against what should have; false at the first that is wrong. */
    boolean matches(byte[] come, int length) {
        int from = 0;
        while (from < length) {
            int part = Math.min(PERIOD, length - from);
            int at = place();
            if (!Arrays.equals(come, from, from + part, PATTERN, at, at + part)) {
                return false;
            }
            from += part;
            made += part;
        }
        return true;
    }

    /** Reads so many and holds them against what should come. */
    void read(InputStream in, long length) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        for (long left = length; left > 0; ) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                throw new EOFException("the end came after " + made + " bytes, with " + left + " to come");
            }
            if (!matches(chunk, count)) {
                throw new AssertionError("wrong bytes before place " + made);
            }
            left -= count;
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
