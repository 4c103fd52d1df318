package org.kamaelia.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one round of one case measured on one server.
 *
 * @param operations completed in the measured time
 * @param bytes that came back in the measured time
 * @param p50 of the latencies, microseconds, as are the next two
 * @param errors of the whole round
 * @param firstErrors what some of them were
 */
record Sample(
        long operations,
        long bytes,
        Meter.Usage usage,
        double p50,
        double p99,
        double p999,
        long errors,
        List<String> firstErrors) {

    Sample withErrors(long count, List<String> first) {
        return new Sample(operations, bytes, usage, p50, p99, p999, count, first);
    }

    /** In the case's unit per second. */
    double rate(Unit unit) {
        return unit.count(this) / usage.seconds();
    }

    /** The server's CPU time in microseconds for one of the case's unit; infinite if it did nothing. */
    double cpuMicros(Unit unit) {
        return usage.server() / (double) TimeUnit.MICROSECONDS.toNanos(1) / unit.count(this);
    }

    double serverCores() {
        return usage.server() / (double) usage.elapsed();
    }

    double clientCores() {
        return usage.client() / (double) usage.elapsed();
    }

    /** How many cores' worth of time went to neither: the more, the less the round is worth. */
    double otherCores() {
        return Math.max(0, usage.machine() - usage.server() - usage.client()) / (double) usage.elapsed();
    }

    /** What a case counts. */
    enum Unit {
        ROUND_TRIPS("round trips"),
        MEGABYTES("MB") {
            @Override
            double count(Sample sample) {
                return sample.bytes / 1e6;
            }
        },
        CONNECTIONS("connections");

        private final String label;

        Unit(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        double count(Sample sample) {
            return sample.operations;
        }
    }
}
