package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How frames come and go on a connection.
 *
 * @param type what a frame comes as
 * @param framer makes what cuts bytes into frames
 * @param waiting the bound for frames that wait
 * @param encoder makes of what a frame holds its bytes on the wire; throws {@link IllegalArgumentException} if that cannot be
 */
record Framing<T>(Class<T> type, Supplier<Framer<T>> framer, int waiting, UnaryOperator<Buffer> encoder) {
    private static final int WAITING_BYTES = 64 * 1024;

    /** By the options {@code framing}, {@code prefixBytes}, {@code byteOrder} and {@code maxLength}. */
    static Framing<?> of(JsonObject options) {
        int maxLength = options.getInteger("maxLength");
        if (options.getString("framing").equals("lines")) {
            return lines(maxLength);
        }
        boolean big = options.getString("byteOrder").equals("big");
        ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return prefixed(new LengthPrefix(options.getInteger("prefixBytes"), order), maxLength);
    }

    private static Framing<String> lines(int maxLength) {
        // A box of strings counts lines, not bytes: so many may wait if each is as long as allowed.
        int waiting = Math.max(1, WAITING_BYTES / maxLength);
        return new Framing<>(String.class, () -> new LineFramer(maxLength), waiting, Framing::line);
    }

    private static Framing<Buffer> prefixed(LengthPrefix prefix, int maxLength) {
        return new Framing<>(
                Buffer.class, () -> new LengthPrefixFramer(prefix, maxLength), WAITING_BYTES, prefix::before);
    }

    private static Buffer line(Buffer text) {
        if (Search.indexOf((byte) '\n', text, 0, text.length()) >= 0) {
            throw new IllegalArgumentException("a line cannot hold a line end");
        }
        return Buffer.buffer(text.length() + 2).appendBuffer(text).appendString("\r\n");
    }
}
