package org.kamaelia;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What this process holds, in and beside the heap. */
final class Memory {
    private Memory() {}

    /** Bytes in use once what is garbage has been collected. */
    static long used() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return heap + buffers + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
