package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The runnable jar as a process of its own. Reading blocks until there is something, and no interrupt ends that: a
 * process that lives too long is killed, which does.
 */
final class RunningJar implements AutoCloseable {

    private static final int LONGEST_SECONDS = 40;

    private static final Pattern LINE = Pattern.compile(
            "kamaelia-vertx \\S+: (?:no listener|\\S+ on 127\\.0\\.0\\.1:(\\d+)); control plane on (http://127\\.0\\.0\\.1:\\d+)");

    private final Process process;
    private final BufferedReader out;
    private final BufferedReader err;

    private RunningJar(Process process) {
        this.process = process;
        CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.err = process.errorReader(StandardCharsets.UTF_8);
    }

    static RunningJar start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /** With no more than so many descriptors. */
    static RunningJar startLimited(int descriptors, String... arguments) throws IOException {
        return startLimited("-n " + descriptors, List.of(), arguments);
    }

    /** With a limit as the shell sets it, such as {@code "-f 16"}, and options for the JVM. */
    static RunningJar startLimited(String limit, List<String> options, String... arguments) throws IOException {
        List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit " + limit + "; exec \"$@\"", "sh"));
        limited.addAll(command(options, arguments));
        return start(Map.of(), limited);
    }

    /** With a signal that is not ignored from the start, as SIGHUP is under nohup: the JVM would go on to ignore it. */
    static RunningJar startHearing(String signal, String... arguments) throws IOException {
        List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=" + signal));
        hearing.addAll(command(List.of(), arguments));
        return start(Map.of(), hearing);
    }

    /** With options for the JVM. */
    static RunningJar startWith(List<String> options, String... arguments) throws IOException {
        return start(Map.of(), command(options, arguments));
    }

    static RunningJar start(Map<String, String> environment, String... arguments) throws IOException {
        return start(environment, command(List.of(), arguments));
    }

    private static List<String> command(List<String> options, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of("-jar", System.getProperty("kamaelia.jar.runnable")));
        command.addAll(List.of(arguments));
        return command;
    }

    private static RunningJar start(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KAMAELIA__") || name.endsWith("JAVA_OPTIONS"));
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would tell of it on standard error
        builder.environment().putAll(environment);
        return new RunningJar(builder.start());
    }

    /** Where it listens, once it has said so. */
    Addresses addresses() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new AssertionError("ended with status " + status() + ": " + restOfStandardError());
        }
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        return new Addresses(
                line, matcher.group(1) == null ? -1 : Integer.parseInt(matcher.group(1)), matcher.group(2));
    }

    /** The control plane's URL, once it has said so, whatever listens. */
    String admin() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new AssertionError("ended with status " + status() + ": " + restOfStandardError());
        }
        return line.replaceFirst(".*control plane on ", "");
    }

    /**
     * @param line as it was printed
     * @param port of the one listener, -1 for none
     * @param admin the control plane's URL
     */
    record Addresses(String line, int port, String admin) {

        Socket connect() throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }
    }

    /** The next line on standard error of which this is true. */
    String awaitStandardError(Predicate<String> wanted) throws IOException {
        List<String> others = new ArrayList<>();
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (wanted.test(line)) {
                return line;
            }
            others.add(line);
        }
        throw new AssertionError("not among " + others);
    }

    /** SIGTERM. By its handle: a process that is destroyed has its streams closed. */
    void terminate() {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** SIGHUP, as from a terminal that goes. */
    void hangUp() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Has its garbage collected, all of it. */
    void collectGarbage() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process asked = new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(asked.waitFor()).isZero();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The exit status, once it has ended. */
    int status() {
        return process.onExit().join().exitValue();
    }

    /** What has not been read yet; waits for the end. */
    List<String> restOfStandardOutput() {
        return rest(out);
    }

    List<String> restOfStandardError() {
        return rest(err);
    }

    private static List<String> rest(BufferedReader reader) {
        try (Stream<String> lines = reader.lines()) {
            return lines.toList();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
