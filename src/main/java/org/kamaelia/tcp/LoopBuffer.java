package org.kamaelia.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A buffer outside the heap that an event loop's sockets use one after the other: the system reads into it and writes from
 * it. Whoever takes it releases it; one who keeps it longer keeps it for good, and the next gets another; so does the next after one who releases it once too often.
 *
 * <p>A buffer from Netty's pool each time costs more than the round trip it serves: with heaps of up to 512 MiB Netty pools
 * nothing above 16.5 KiB, and each buffer is allocated anew and cleared. This one also stays in the processor's cache.
 */
final class LoopBuffer {
    private final int capacity;
    private @Nullable ByteBuf kept;
    private boolean closed;

    /** @param capacity in bytes */
    LoopBuffer(int capacity) {
        this.capacity = capacity;
    }

    int capacity() {
        return capacity;
    }

    /** The first bytes of it, so many at most: else as {@link #take(ByteBufAllocator)}. */
    ByteBuf take(ByteBufAllocator allocator, int most) {
        ByteBuf all = take(allocator);
        // Of the buffer itself the transports would take the capacity for what may be read.
        return most < capacity ? all.slice(0, most).clear() : all;
    }

    /** Empty, and the taker's to release. */
    ByteBuf take(ByteBufAllocator allocator) {
        ByteBuf free = kept;
        if (free == null || free.refCnt() != 1) {
            drop();
            free = allocator.directBuffer(capacity, capacity);
            if (closed) {
                return free;
            }
            kept = free;
        }
        return free.clear().retain();
    }

    /** Keeps nothing from now on. */
    void close() {
        closed = true;
        drop();
    }

    private void drop() {
        ByteBuf last = kept;
        kept = null;
        if (last != null && last.refCnt() > 0) {
            last.release();
        }
    }
}
