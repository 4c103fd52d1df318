package org.kamaelia.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What idle components cost: the heap each of a million lives in, and the CPU time that they use while nothing happens.
 * Each kind in a JVM of its own.
 *
 * <p>In the JSON times are microseconds of CPU over {@code idleMillis}: of the event loop's thread, and of the process
 * with all that a JVM does by itself.
 */
final class IdleBench {

    /** How long both kinds take at most. */
    static final Duration PLANNED = Duration.ofSeconds(60);

    private static final int COMPONENTS = 1_000_000;
    private static final double MOST_BYTES = 600;
    private static final double MOST_LOOP_MICROS = 2_000;
    /** The serial collector: after a collection its heap holds what lives and nothing else. */
    private static final List<String> JVM_FLAGS = List.of("-XX:+UseSerialGC", "-Xms2g", "-Xmx2g");

    private final JsonObject machine;
    private final Path log;

    /** @param log where standard error of the JVMs goes */
    IdleBench(JsonObject machine, Path log) {
        this.machine = machine;
        this.log = log;
    }

    /** Measures, writes the JSON and prints what it found; the verdicts go the way of all others. */
    void run(Path file, Verdicts verdicts, PrintStream out) throws IOException, InterruptedException {
        JsonObject plain = measure(IdleMain.Kind.PLAIN);
        JsonObject reactor = measure(IdleMain.Kind.REACTOR);
        Files.writeString(
                file,
                new JsonObject()
                                .put("benchmark", "kernel-idle")
                                .put("machine", machine)
                                .put("jvmFlags", new JsonArray(JVM_FLAGS))
                                .put("kinds", new JsonArray().add(plain).add(reactor))
                                .encodePrettily()
                        + "\n");
        tell("components with four boxes and two links", plain, out);
        tell("Reactors with nothing of their own", reactor, out);
        verdicts.add("an idle component", "< 600 B", plain.getDouble("bytesEach") < MOST_BYTES);
        verdicts.add(
                "1,000,000 idle components",
                "< 2 ms of the event loop's CPU in 2 s",
                plain.getDouble("loopCpuMicros") < MOST_LOOP_MICROS);
    }

    private static void tell(String what, JsonObject found, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "idle, %,d %s: %.1f B each; CPU in %.0f s: event loop %.2f ms, process %.2f ms%n",
                found.getInteger("components"),
                what,
                found.getDouble("bytesEach"),
                found.getInteger("idleMillis") / 1e3,
                found.getDouble("loopCpuMicros") / 1e3,
                found.getDouble("processCpuMicros") / 1e3);
    }

    private JsonObject measure(IdleMain.Kind kind) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), IdleMain.class.getName()));
        command.addAll(List.of(kind.name(), Integer.toString(COMPONENTS)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(IdleMain.FOUND)) {
                    return new JsonObject(line.substring(IdleMain.FOUND.length()));
                }
            }
        } finally {
            process.destroyForcibly();
        }
        throw new IOException("the idle " + kind + " components came to nothing; see " + log);
    }
}
