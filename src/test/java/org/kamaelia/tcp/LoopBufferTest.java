package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LoopBufferTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final LoopBuffer loops = new LoopBuffer(1024);

    @Test
    void aBufferThatWasReleasedIsUsedAgainAndEmpty() {
        ByteBuf first = loops.take(allocator);
        first.writeLong(7);
        first.release();
        ByteBuf second = loops.take(allocator);
        assertThat(second).isSameAs(first);
        assertThat(second.isReadable()).isFalse();
        assertThat(second.writableBytes()).isEqualTo(1024);
        second.release();
    }

    @Test
    void whoMayReadLessIsGivenLess() {
        ByteBuf part = loops.take(allocator, 100);
        assertThat(part.capacity()).isEqualTo(100);
        assertThat(part.writableBytes()).isEqualTo(100);
        part.writeLong(7);
        assertThat(part.release()).isFalse();

        ByteBuf all = loops.take(allocator, 2048);
        assertThat(all.writableBytes()).isEqualTo(1024);
        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(1024);
        all.release();
        loops.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void whoStillHoldsABufferKeepsItWithItsBytes() {
        ByteBuf held = loops.take(allocator);
        held.writeLong(7);
        ByteBuf next = loops.take(allocator);
        next.writeLong(8);
        assertThat(next).isNotSameAs(held);
        assertThat(held.readLong()).isEqualTo(7);
        assertThat(held.release()).isTrue();
        assertThat(next.release()).isFalse();
    }

    @Test
    void oneReleaseTooManyCostsNobodyElse() {
        ByteBuf first = loops.take(allocator);
        first.release(2);
        ByteBuf second = loops.take(allocator);
        assertThat(second).isNotSameAs(first);
        second.release();
        loops.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void onceClosedNothingIsKept() {
        ByteBuf kept = loops.take(allocator);
        kept.release();
        loops.close();
        assertThat(kept.refCnt()).isZero();
        assertThat(loops.take(allocator).release()).isTrue();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }
}
