package org.kamaelia.tcp;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when this process is about to run out of memory: when over 90 % are in use of the heap for what lives long, not
 * counting what only waits to be collected, or of what Netty may have outside the heap. Looks at most a hundred times a
 * second, for a look takes a microsecond. One thread.
 */
final class ScarceMemory {
    private static final long LOOKED_LATELY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MEBI = 20;

    /** The one part of the heap whose fill is no sign of a collection that is due, whichever collector runs. */
    private static final List<MemoryPoolMXBean> LONG_LIVED = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported())
            .toList();

    private boolean looked;
    private long lookedAt;
    private @Nullable String lack;

    /**
     * What is scarce and what helps, in words that stay the same while that lasts; null while nothing is.
     *
     * @param now of the system's monotonic clock
     */
    @Nullable
    String lack(long now) {
        if (!looked || now - lookedAt >= LOOKED_LATELY) {
            looked = true;
            lookedAt = now;
            lack = look();
        }
        return lack;
    }

    private static @Nullable String look() {
        for (MemoryPoolMXBean each : LONG_LIVED) {
            MemoryUsage present = each.getUsage();
            // G1 makes room all the time, and tells what it left only after a few of its collections.
            MemoryUsage collected = each.getName().startsWith("G1 ") ? present : each.getCollectionUsage();
            String lack = ofHeap(collected, present);
            if (lack != null) {
                return lack;
            }
        }
        return ofDirect(PlatformDependent.usedDirectMemory(), PlatformDependent.maxDirectMemory());
    }

    /**
     * By what lives long.
     *
     * @param collected as the last collection left it, which may be long ago; null if there was none
     * @param present garbage included
     */
    static @Nullable String ofHeap(@Nullable MemoryUsage collected, MemoryUsage present) {
        if (collected == null || !isNear(Math.min(collected.getUsed(), present.getUsed()), present.getMax())) {
            return null;
        }
        return "over 90 % of the heap's " + (present.getMax() >> MEBI) + " MiB for what lives long are in use: fewer"
                + " connections (maxConnections), a smaller receiveBound or a larger heap (-Xmx) would help";
    }

    /**
     * By what Netty has of the memory outside the heap.
     *
     * @param used in bytes; negative if it is not counted
     * @param most in bytes
     */
    static @Nullable String ofDirect(long used, long most) {
        if (!isNear(used, most)) {
            return null;
        }
        return "over 90 % of the " + (most >> MEBI) + " MiB for buffers outside the heap are in use: fewer connections"
                + " (maxConnections), a smaller sendBound or more of it (-XX:MaxDirectMemorySize) would help";
    }

    private static boolean isNear(long used, long most) {
        return most > 0 && used > most / 10 * 9;
    }
}
