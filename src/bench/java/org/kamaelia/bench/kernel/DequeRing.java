package org.kamaelia.bench.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit of a {@link ComponentRing}: the same messages through as many {@link ArrayDeque}s, each unit called by an
 * interface in its turn. No bounds, no names, no sleeping.
 */
final class DequeRing {

    private final Origin origin;
    private final Unit[] units;

    /** What calls the units knows no more of them. */
    private interface Unit {
        void step();
    }

    DequeRing(int size) {
        List<ArrayDeque<Integer>> queues = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            queues.add(new ArrayDeque<>());
        }
        origin = new Origin(queues.get(0), queues.get(1));
        units = new Unit[size];
        units[0] = origin;
        for (int i = 1; i < size; i++) {
            units[i] = new Relay(queues.get(i), queues.get((i + 1) % size));
        }
    }

    void run(int messages, int outstanding) {
        origin.begin(messages, outstanding);
        while (origin.back < messages) {
            for (Unit unit : units) {
                unit.step();
            }
        }
    }

    private static final class Origin implements Unit {
        private final ArrayDeque<Integer> in;
        private final ArrayDeque<Integer> out;
        private int toStart;
        private int toFollow;
        private int back;

        Origin(ArrayDeque<Integer> in, ArrayDeque<Integer> out) {
            this.in = in;
            this.out = out;
        }

        void begin(int messages, int outstanding) {
            toStart = outstanding;
            toFollow = messages - outstanding;
            back = 0;
        }

        @Override
        public void step() {
            for (; toStart > 0; toStart--) {
                out.add(toStart);
            }
            for (Integer message = in.poll(); message != null; message = in.poll()) {
                back++;
                if (toFollow > 0) {
                    toFollow--;
                    out.add(message);
                }
            }
        }
    }

    private static final class Relay implements Unit {
        private final ArrayDeque<Integer> in;
        private final ArrayDeque<Integer> out;

        Relay(ArrayDeque<Integer> in, ArrayDeque<Integer> out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public void step() {
            for (Integer message = in.poll(); message != null; message = in.poll()) {
                out.add(message);
            }
        }
    }
}
