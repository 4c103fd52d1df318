package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryUsage;
import org.junit.jupiter.api.Test;

class ScarceMemoryTest {
    private static final long MIB = 1024 * 1024;

    private static MemoryUsage used(long mib) {
        return new MemoryUsage(0, mib * MIB, 100 * MIB, 100 * MIB);
    }

    @Test
    void aHeapThatACollectionLeavesNearlyFullIsScarce() {
        assertThat(ScarceMemory.ofHeap(used(90), used(95))).isNull();
        assertThat(ScarceMemory.ofHeap(used(91), used(95))).contains("90 % of the heap's 100 MiB", "-Xmx");
    }

    @Test
    void garbageIsNoLack() {
        assertThat(ScarceMemory.ofHeap(used(50), used(100))).isNull();
    }

    @Test
    void aHeapThatHasBecomeEmptierSinceWhatTheCollectorToldIsNotScarce() {
        assertThat(ScarceMemory.ofHeap(used(95), used(50))).isNull();
    }

    @Test
    void aHeapWithoutALimitOrACollectionIsNotScarce() {
        MemoryUsage unlimited = new MemoryUsage(0, 95 * MIB, 100 * MIB, -1);
        assertThat(ScarceMemory.ofHeap(unlimited, unlimited)).isNull();
        assertThat(ScarceMemory.ofHeap(null, used(95))).isNull();
    }

    @Test
    void nearlyAllThatNettyMayHaveOutsideTheHeapIsScarce() {
        assertThat(ScarceMemory.ofDirect(90 * MIB, 100 * MIB)).isNull();
        assertThat(ScarceMemory.ofDirect(91 * MIB, 100 * MIB)).contains("90 % of the 100 MiB", "MaxDirectMemorySize");
    }

    @Test
    void whatNettyDoesNotCountIsNotScarce() {
        assertThat(ScarceMemory.ofDirect(-1, 100 * MIB)).isNull();
        assertThat(ScarceMemory.ofDirect(91 * MIB, 0)).isNull();
    }

    @Test
    void thisProcessHasEnough() {
        assertThat(new ScarceMemory().lack(0)).isNull();
    }
}
