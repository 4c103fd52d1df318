package org.kamaelia.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Tells JMH the CPU time that the whole process used for one operation: on a machine that others use too it is steadier
 * than the rate. JMH makes it, in the JVM that it measures, by its name.
 */
public final class CpuProfiler implements InternalProfiler {

    /** What the result is called, nanoseconds for an operation. */
    static final String NANOS_EACH = "cpu.norm";

    private CpuTime before = new CpuTime(Map.of());

    /** For JMH. */
    public CpuProfiler() {}

    @Override
    public String getDescription() {
        return "CPU time of the process for one operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = now();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double nanos = now().nanosSince(before);
        long operations = result.getMetadata().getAllOps();
        return List.of(new ScalarResult(NANOS_EACH, nanos / operations, "ns/op", AggregationPolicy.AVG));
    }

    private static CpuTime now() {
        try {
            return CpuTime.of(ProcessHandle.current().pid());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
