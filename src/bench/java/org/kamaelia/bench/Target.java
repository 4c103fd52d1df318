package org.kamaelia.bench;

import java.util.Locale;

/** What a figure should reach. */
sealed interface Target {

    /** Whether the median does. */
    boolean isMet(FigureResult result);

    /** So many operations per second at least. */
    record PerSecond(double least) implements Target {
        @Override
        public boolean isMet(FigureResult result) {
            return result.rate().median() >= least;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, ">= %,.0f M/s", least / 1e6);
        }
    }

    /** Fewer nanoseconds than this for one operation. */
    record NanosEach(double bound) implements Target {
        @Override
        public boolean isMet(FigureResult result) {
            return result.nanos() < bound;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "< %,.0f ns", bound);
        }
    }

    /** Nothing allocated for an operation; what a whole run allocates once does not count. */
    record NoAllocation() implements Target {
        private static final double NOTHING = 0.01;

        @Override
        public boolean isMet(FigureResult result) {
            return result.bytes().max() < NOTHING;
        }

        @Override
        public String toString() {
            return "0 B";
        }
    }
}
