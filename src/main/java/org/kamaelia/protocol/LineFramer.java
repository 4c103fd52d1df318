package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts bytes into lines: {@code inbox} takes buffers, {@code outbox} sends each line as a string, UTF-8,
 * without its {@code \n} or {@code \r\n}. At the end of the input a last line without an end counts.
 *
 * <p>A line longer than allowed ends the input there: what came before it is still answered.
 */
public final class LineFramer extends Framer<String> {
    /**
     * A framer.
     *
     * @param maxLength the longest line in bytes, its end not counted
     */
    public LineFramer(int maxLength) {
        super(String.class, "line", maxLength);
    }

    @Override
    int end(Buffer before, Buffer in, int from) {
        int had = before.length();
        int limit = (int) Math.min(in.length(), (long) from + maxLength + 2 - had);
        int newline = Search.indexOf((byte) '\n', in, from, limit);
        int stop = newline < 0 ? limit : newline;
        int length = had + stop - from;
        if (length > maxLength + 1 || (length == maxLength + 1 && !endsWithReturn(before, in, from, stop))) {
            return TOO_LONG;
        }
        return newline < 0 ? LATER : newline + 1;
    }

    private static boolean endsWithReturn(Buffer before, Buffer in, int from, int stop) {
        return '\r' == (stop > from ? in.getByte(stop - 1) : before.getByte(before.length() - 1));
    }

    @Override
    String frame(Buffer bytes, int from, int to) {
        return line(bytes, from, to - 1);
    }

    @Override
    String last(Buffer rest) {
        return line(rest, 0, rest.length());
    }

    private static String line(Buffer bytes, int from, int to) {
        boolean returned = to > from && bytes.getByte(to - 1) == '\r';
        return bytes.getString(from, returned ? to - 1 : to);
    }
}
