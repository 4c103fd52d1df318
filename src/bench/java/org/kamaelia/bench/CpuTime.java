package org.kamaelia.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The CPU time that a process had used at one moment, thread by thread, in nanoseconds.
 *
 * <p>From {@code /proc/<pid>/task/<tid>/schedstat}, which the kernel keeps in nanoseconds; {@code stat}, which is what
 * {@link ProcessHandle} reads, counts in 10 ms. Without {@code /proc} it is {@link ProcessHandle} all the same. A thread
 * that ended between two moments is lost from their difference; a server's event loops live on.
 */
record CpuTime(Map<Long, Long> nanosByThread) {

    static CpuTime of(long pid) throws IOException {
        return of(pid, thread -> true);
    }

    /** Of a JVM's threads that compile while it runs; of none without {@code /proc}. */
    static CpuTime ofCompilers(long pid) throws IOException {
        return Files.isDirectory(Path.of("/proc", Long.toString(pid), "task"))
                ? of(pid, CpuTime::compiles)
                : new CpuTime(Map.of());
    }

    private static boolean compiles(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s*");
        } catch (IOException endedMeanwhile) {
            return false;
        }
    }

    private static CpuTime of(long pid, Predicate<Path> counts) throws IOException {
        Map<Long, Long> nanos = new HashMap<>();
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (Files.isDirectory(tasks)) {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
                for (Path thread : threads) {
                    if (counts.test(thread)) {
                        read(thread, nanos);
                    }
                }
            }
        } else {
            nanos.put(
                    pid,
                    ProcessHandle.of(pid)
                            .flatMap(handle -> handle.info().totalCpuDuration())
                            .orElse(Duration.ZERO)
                            .toNanos());
        }
        return new CpuTime(nanos);
    }

    long nanosSince(CpuTime earlier) {
        return nanosByThread.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - earlier.nanosByThread.getOrDefault(thread.getKey(), 0L))
                .sum();
    }

    private static void read(Path thread, Map<Long, Long> nanos) {
        try {
            String schedstat = Files.readString(thread.resolve("schedstat"));
            long id = Long.parseLong(thread.getFileName().toString());
            nanos.put(id, Long.parseLong(schedstat.substring(0, schedstat.indexOf(' '))));
        } catch (IOException endedMeanwhile) {
            // listed a moment ago, gone before or while it was read
        }
    }
}
