package org.kamaelia.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which cores the servers and the load client run on. They must not share one: a server that waits for the client's
 * time slice looks slower than it is, and by how much depends on the scheduler's mood.
 *
 * @param allowed the cores this process was given
 * @param pinned whether {@code taskset} is there and there is a core for each side
 */
record Cores(List<Integer> allowed, boolean pinned) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** Pins the calling process, all its threads, to the last allowed core where that can be done. */
    static Cores claim() throws IOException, InterruptedException {
        List<Integer> allowed = allowedToThisProcess();
        boolean pinned = allowed.size() > 1
                && taskset("-a", "-c", "-p", Integer.toString(allowed.get(allowed.size() - 1)), ownPid());
        return new Cores(allowed, pinned);
    }

    /** What to put before a server's command so that it runs on the first {@code count} cores. */
    List<String> prefix(int count) {
        if (!pinned) {
            return List.of();
        }
        String list = allowed.stream().limit(count).map(Object::toString).collect(Collectors.joining(","));
        return List.of("taskset", "-c", list);
    }

    String description() {
        return pinned
                ? "servers pinned from core " + allowed.get(0) + " on, load client to core "
                        + allowed.get(allowed.size() - 1)
                : "NOT pinned: " + (allowed.size() > 1 ? "taskset did not work" : "there is one core only");
    }

    private static List<Integer> allowedToThisProcess() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                    .boxed()
                    .toList();
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(ALLOWED))
                .findFirst()
                .map(line -> parse(line.substring(ALLOWED.length()).strip()))
                .orElse(List.of());
    }

    /** Reads the kernel's notation, {@code 0-3,8}. */
    private static List<Integer> parse(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
                cores.add(core);
            }
        }
        return List.copyOf(cores);
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static boolean taskset(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
