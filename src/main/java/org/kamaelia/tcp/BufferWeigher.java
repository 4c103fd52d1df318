package org.kamaelia.tcp;

import io.vertx.core.buffer.Buffer;
import org.kamaelia.component.MessageWeigher;

/**
 * Bounds boxes of buffers in bytes. A buffer weighs its length, and at least what the object itself
 * costs, so that many tiny ones cannot hold much memory in a box that is far from full.
 */
public final class BufferWeigher implements MessageWeigher {
    static final int DEFAULT_BOUND = 64 * 1024;
    private static final int LEAST = 128;

    /** For {@link java.util.ServiceLoader}. */
    public BufferWeigher() {}

    @Override
    public Class<?> type() {
        return Buffer.class;
    }

    @Override
    public long defaultBound() {
        return DEFAULT_BOUND;
    }

    @Override
    public int weigh(Object message) {
        return Math.max(LEAST, ((Buffer) message).length());
    }

    @Override
    public String unit() {
        return "bytes";
    }
}
