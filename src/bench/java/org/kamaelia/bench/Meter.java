package org.kamaelia.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a load completes and reads the CPU clocks around it. For one run of a load against one server, on the load
 * client's thread.
 *
 * <p>A run has three phases. In the ramp connections open and queues fill, and nothing counts. Then comes the measured
 * time. Then the load starts nothing new and the meter waits for what is still out, since an answer that never comes is
 * an error too. Errors count in every phase.
 */
final class Meter {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long SELECT_MILLIS = 20;
    private static final int ERRORS_TOLD = 5;

    private final long serverPid;
    private final Duration ramp;
    private final Duration measured;
    private final Latencies latencies = new Latencies();
    private final List<String> firstErrors = new ArrayList<>();
    private long operations;
    private long bytes;
    private long errors;
    private @Nullable Sample measurement;

    Meter(long serverPid, Duration ramp, Duration measured) {
        this.serverPid = serverPid;
        this.ramp = ramp;
        this.measured = measured;
    }

    /** One operation has ended well. */
    void completed(long latencyNanos) {
        operations++;
        latencies.record(latencyNanos);
    }

    /** This many bytes have come back as they went. */
    void echoed(int count) {
        bytes += count;
    }

    void error(String what) {
        errors++;
        if (firstErrors.size() < ERRORS_TOLD) {
            firstErrors.add(what);
        }
    }

    /** The ramp and the measured time: hands every ready key to the load until both are over. */
    void drive(Selector selector, Consumer<SelectionKey> onReady) throws IOException {
        spin(selector, onReady, ramp, () -> false);
        latencies.clear();
        operations = 0;
        bytes = 0;
        Clocks before = Clocks.read(serverPid);
        spin(selector, onReady, measured, () -> false);
        Usage usage = Clocks.read(serverPid).since(before);
        measurement = new Sample(
                operations,
                bytes,
                usage,
                latencies.micros(0.5),
                latencies.micros(0.99),
                latencies.micros(0.999),
                0,
                List.of());
    }

    /** The last phase: until the load has got back all that it waits for, or patience ends. */
    void drain(Selector selector, Consumer<SelectionKey> onReady, BooleanSupplier done) throws IOException {
        spin(selector, onReady, PATIENCE, done);
        if (!done.getAsBoolean()) {
            error("answers still missing " + PATIENCE.toSeconds() + " s after the last request");
        }
    }

    /** What the measured time brought, with the errors of all phases. */
    Sample sample() {
        Sample measuredOnly = measurement;
        if (measuredOnly == null) {
            throw new IllegalStateException("sample() before drive()");
        }
        return measuredOnly.withErrors(errors, List.copyOf(firstErrors));
    }

    private static void spin(Selector selector, Consumer<SelectionKey> onReady, Duration time, BooleanSupplier done)
            throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0 && !done.getAsBoolean()) {
            selector.select(onReady, SELECT_MILLIS);
        }
    }

    /** How long the measured time really was, and what it cost whom, in nanoseconds. */
    record Usage(long elapsed, long server, long client, long machine) {

        double seconds() {
            return elapsed / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    record Clocks(long time, CpuTime server, CpuTime client, long machine) {

        static Clocks read(long serverPid) throws IOException {
            CpuTime server = CpuTime.of(serverPid);
            CpuTime client = CpuTime.of(ProcessHandle.current().pid());
            return new Clocks(System.nanoTime(), server, client, Machine.busyNanos());
        }

        Usage since(Clocks earlier) {
            return new Usage(
                    time - earlier.time,
                    server.nanosSince(earlier.server),
                    client.nanosSince(earlier.client),
                    machine - earlier.machine);
        }
    }
}
