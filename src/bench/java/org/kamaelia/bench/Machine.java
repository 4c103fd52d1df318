package org.kamaelia.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a reader must know of the machine to judge a figure. */
final class Machine {

    private static final Path STAT = Path.of("/proc/stat");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path LOAD = Path.of("/proc/loadavg");
    /** {@code /proc/stat} counts in USER_HZ, which is 100 on every Linux a JVM runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private Machine() {}

    /** @param pinning where the processes run */
    static JsonObject facts(int cores, String pinning) throws IOException {
        return new JsonObject()
                .put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("cores", cores)
                .put("pinning", pinning)
                .put("cpu", cpu())
                .put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"))
                .put(
                        "loadAverageBefore",
                        Files.isReadable(LOAD) ? Files.readString(LOAD).strip() : "unknown");
    }

    /**
     * The time that all cores together were busy since the machine started, whoever used it, what a hypervisor took
     * included. More than server and client used means that somebody else was at work.
     */
    static long busyNanos() throws IOException {
        if (!Files.isReadable(STAT)) {
            return 0;
        }
        String[] fields = Files.readAllLines(STAT).get(0).split(" +", -1);
        // cpu user nice system idle iowait irq softirq steal; guest time is part of user
        long ticks = 0;
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks * NANOS_PER_TICK;
    }

    private static String cpu() throws IOException {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(CPU_INFO).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
    }
}
