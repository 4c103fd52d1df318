package org.kamaelia.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much a connection reads at once, and into what: as much as its bound and its event loop's {@link LoopBuffer} hold, whose bytes are
 * copied out before the next read, by whichever connection. A layer that keeps what it was given, as TLS keeps part of a record,
 * must not keep so much: from {@link #own()} on the connection reads into buffers of its own, large ones while they fill.
 */
final class Reads implements MaxMessagesRecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    /** What may be kept of a record or a header by a peer that sends no more. */
    private static final int OWN = 4 * 1024;

    /** For those that fill the other: a record of TLS, and the most that Netty pools with any heap. */
    private static final int LARGE_OWN = 16 * 1024 + 512;

    private @Nullable LoopBuffer shared;
    private @Nullable ChannelConfig config;

    /** What it may read before the others get their turn; Netty's default is 16. */
    private int perTurn = 4;

    /** Of the loop's buffer: who may keep no more unread than that need not read more at once. */
    private final int most;

    private int own = OWN;
    private int attempted;
    private int last;
    private int reads;
    private long total;

    /** @param bound from how much unread input on it does not read */
    Reads(LoopBuffer shared, int bound) {
        this.shared = shared;
        this.most = Math.max(OWN, bound);
    }

    /** From now on as at the beginning. */
    void into(LoopBuffer loops) {
        shared = loops;
    }

    /** Each read into a buffer that may be kept. */
    void own() {
        shared = null;
    }

    @Override
    public int maxMessagesPerRead() {
        return perTurn;
    }

    @Override
    public Reads maxMessagesPerRead(int most) {
        perTurn = most;
        return this;
    }

    @Override
    public Reads newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        LoopBuffer into = shared;
        return into == null ? allocator.directBuffer(own) : into.take(allocator, most);
    }

    @Override
    public int guess() {
        LoopBuffer into = shared;
        return into == null ? own : Math.min(most, into.capacity());
    }

    @Override
    public void reset(ChannelConfig of) {
        config = of;
        reads = 0;
        total = 0;
    }

    @Override
    public void incMessagesRead(int read) {
        reads += read;
    }

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
        if (bytes > 0) {
            total += bytes;
            if (bytes == attempted) {
                own = LARGE_OWN;
            } else if (bytes <= OWN) {
                own = OWN;
            }
        }
    }

    @Override
    public int lastBytesRead() {
        return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public boolean continueReading() {
        return continueReading(() -> attempted == last);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
        return config != null && config.isAutoRead() && reads < perTurn && total > 0 && mayHaveMore.get();
    }

    @Override
    public void readComplete() {}
}
