package org.kamaelia.component;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The pending deadlines of one scheduler: a binary heap whose elements know their place. */
final class Deadlines {
    private Deadline[] heap = new Deadline[16];
    private int size;

    @Nullable
    Deadline earliest() {
        return size == 0 ? null : heap[0];
    }

    void add(Deadline deadline) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        place(deadline, size++);
        rise(deadline);
    }

    void remove(Deadline deadline) {
        int index = deadline.index;
        if (index < 0) {
            return;
        }
        deadline.index = -1;
        Deadline last = heap[--size];
        clear(size);
        if (last != deadline) {
            place(last, index);
            rise(last);
            sink(last);
        }
    }

    private void rise(Deadline deadline) {
        int index = deadline.index;
        while (index > 0) {
            int above = (index - 1) >>> 1;
            if (heap[above].at - deadline.at <= 0) {
                break;
            }
            place(heap[above], index);
            index = above;
        }
        place(deadline, index);
    }

    private void sink(Deadline deadline) {
        int index = deadline.index;
        while (true) {
            int below = 2 * index + 1;
            if (below >= size) {
                break;
            }
            if (below + 1 < size && heap[below + 1].at - heap[below].at < 0) {
                below++;
            }
            if (deadline.at - heap[below].at <= 0) {
                break;
            }
            place(heap[below], index);
            index = below;
        }
        place(deadline, index);
    }

    private void place(Deadline deadline, int index) {
        heap[index] = deadline;
        deadline.index = index;
    }

    @SuppressWarnings("NullAway") // a free slot of the heap is never read
    private void clear(int index) {
        heap[index] = null;
    }
}
