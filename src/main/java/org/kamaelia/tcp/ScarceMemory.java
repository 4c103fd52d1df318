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
 * counting what only waits to be collected but with G1, or of what Netty may have outside the heap. Looks at most a hundred times a
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
    private @Nullable Lack lack;

    /**
     * Something is scarce.
     *
     * @param words what, and what helps; they stay the same while that lasts
     * @param figure what this was found by: the same again is no news, as between two collections
     */
    record Lack(String words, long figure) {}

    /**
     * What is scarce; null while nothing is.
     *
     * @param now of the system's monotonic clock
     */
    @Nullable
    Lack lack(long now) {
        if (!looked || now - lookedAt >= LOOKED_LATELY) {
            looked = true;
            lookedAt = now;
            lack = look();
        }
        return lack;
    }

    private static @Nullable Lack look() {
        for (MemoryPoolMXBean each : LONG_LIVED) {
            MemoryUsage present = each.getUsage();
            // G1 makes room all the time, and tells what it left only after a few of its collections.
            MemoryUsage collected = each.getName().startsWith("G1 ") ? present : each.getCollectionUsage();
            String words = ofHeap(collected, present);
            if (words != null && collected != null) {
                return new Lack(words, collected.getUsed());
            }
        }
        long direct = PlatformDependent.usedDirectMemory();
        String words = ofDirect(direct, PlatformDependent.maxDirectMemory());
        return words == null ? null : new Lack(words, direct);
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
     * By what Netty has of the memory outside the heap, in use or kept for the next use: more than it may have in all it does
     * not get, whatever of it is free.
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
