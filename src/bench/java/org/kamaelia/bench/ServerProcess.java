package org.kamaelia.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One server in a JVM of its own, the same java, class path and flags for all.
 *
 * <p>It cannot outlive the benchmark: {@link #close} ends it, a shutdown hook ends what is left, and should this process
 * be killed, the server sees its standard input end and leaves.
 */
final class ServerProcess implements AutoCloseable {

    private static final long END_SECONDS = 5;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Peer peer;
    private final Process process;
    private final BufferedReader output;
    private final EchoServer.Listening listening;

    private ServerProcess(Peer peer, Process process, BufferedReader output, EchoServer.Listening listening) {
        this.peer = peer;
        this.process = process;
        this.output = output;
        this.listening = listening;
    }

    /** Returns once the server accepts; what it writes to standard error goes to {@code <peer>.log} in the directory. */
    static ServerProcess start(Peer peer, Duty duty, List<String> jvmFlags, Cores cores, Path logs) throws IOException {
        List<String> command = new ArrayList<>(cores.prefix(duty.eventLoops()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(ServerMain.class.getName());
        command.add(peer.label());
        command.addAll(duty.toArguments());
        File log = logs.resolve(peer.label() + ".log").toFile();
        // taskset becomes java by exec, so the pid is the server's either way
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        RUNNING.add(process);
        try {
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            return new ServerProcess(peer, process, output, listening(output));
        } catch (IOException failed) {
            end(process);
            throw new IOException(
                    "the " + peer.label() + " server did not start: " + failed.getMessage() + "; see " + log, failed);
        }
    }

    Peer peer() {
        return peer;
    }

    long pid() {
        return process.pid();
    }

    String transport() {
        return listening.transport();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.port());
    }

    /** What lives in its heap, in bytes, once its garbage is collected. */
    long liveHeap() throws IOException {
        OutputStream questions = process.getOutputStream();
        questions.write(ServerMain.ASK_HEAP);
        questions.flush();
        return Long.parseLong(lineThatBegins(ServerMain.HEAP, output).substring(ServerMain.HEAP.length()));
    }

    @Override
    public void close() {
        end(process);
    }

    private static EchoServer.Listening listening(BufferedReader output) throws IOException {
        String[] words = lineThatBegins(ServerMain.LISTENING, output).split(" ", -1);
        return new EchoServer.Listening(Integer.parseInt(words[1]), words[2]);
    }

    private static String lineThatBegins(String words, BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(words)) {
                return line;
            }
        }
        throw new IOException("its output ended without \"" + words.strip() + "\"");
    }

    private static void end(Process process) {
        process.destroyForcibly();
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                RUNNING.remove(process);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
