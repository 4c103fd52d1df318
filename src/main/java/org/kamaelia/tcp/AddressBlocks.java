package org.kamaelia.tcp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of addresses, made of blocks. To ask it costs a binary search, whatever the blocks' number or order.
 * Immutable.
 */
final class AddressBlocks {
    /** Ends of ranges that do not overlap, in ascending order: first, last, first, last. */
    private final byte[][] ends;

    AddressBlocks(List<AddressBlock> blocks) {
        List<AddressBlock> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparing(AddressBlock::first, Arrays::compareUnsigned)
                .thenComparing(AddressBlock::last, Arrays::compareUnsigned));
        List<byte[]> found = new ArrayList<>();
        for (AddressBlock each : sorted) {
            // Two blocks have nothing in common, or one holds the other.
            if (found.isEmpty() || Arrays.compareUnsigned(each.first(), found.get(found.size() - 1)) > 0) {
                found.add(each.first());
                found.add(each.last());
            } else if (Arrays.compareUnsigned(each.last(), found.get(found.size() - 1)) > 0) {
                found.set(found.size() - 1, each.last());
            }
        }
        ends = found.toArray(new byte[0][]);
    }

    boolean isEmpty() {
        return ends.length == 0;
    }

    boolean contains(InetAddress address) {
        if (isEmpty()) {
            return false;
        }
        int at = Arrays.binarySearch(ends, AddressBlock.mapped(address.getAddress()), Arrays::compareUnsigned);
        // On an end, or between the first and the last of a range.
        return at >= 0 || (-at - 1) % 2 == 1;
    }
}
