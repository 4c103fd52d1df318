package org.kamaelia.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What connections cost that have said something once and are quiet since: the heap that lives on for each, and the CPU
 * time that a second takes with and without them.
 *
 * <p>The servers are opened, measured and left in turns, like everywhere; a first crowd warms each of them up, for what a
 * JVM loads once is not the connections'. What lies beside the heap, kernel buffers above all, is not counted.
 */
final class IdleConnections {

    private static final int WANTED = 19_000;
    private static final int WARM_UP = 1_000;
    /** What the load client needs of its descriptors for itself. */
    private static final int OWN_DESCRIPTORS = 500;

    private static final int FRAME_BYTES = 64;
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** To open and close all connections, and to collect garbage. */
    private static final Duration ROUND = Duration.ofSeconds(15);

    private static final double MOST_BYTES_ABOVE = 1_200;

    private static final List<MarkdownTable.Column> COLUMNS = List.of(
            new MarkdownTable.Column("idle connections", 17),
            new MarkdownTable.Column("server", 9),
            new MarkdownTable.Column("live heap B each (min..max)", 28),
            new MarkdownTable.Column("B above the baseline", 24),
            new MarkdownTable.Column("CPU ms/s, empty", 20),
            new MarkdownTable.Column("CPU ms/s, with them", 20));

    private final Settings settings;
    private final SourceAddresses sources = SourceAddresses.probe();
    private final int count = (int) Math.min(WANTED, mostDescriptors() - OWN_DESCRIPTORS);

    IdleConnections(Settings settings) {
        this.settings = settings;
    }

    /** How long it should take. */
    Duration planned() {
        Duration round = ROUND.plus(settings.measured().plus(SETTLE).multipliedBy(2));
        return round.multipliedBy((long) settings.rounds() * settings.peers().size());
    }

    /** Measures, prints what it found with its verdict, and adds it to the results. */
    void run(Cores cores, Path logs, JsonResults json, PrintStream out) throws IOException, InterruptedException {
        List<IdleResult> results = measure(cores, logs);
        IdleResult baseline = results.stream()
                .filter(result -> result.peer() == settings.baseline())
                .findFirst()
                .orElse(results.get(0));
        json.addIdle(count, results, baseline);
        MarkdownTable table = new MarkdownTable(out, COLUMNS);
        table.header();
        Verdicts verdicts = new Verdicts();
        for (IdleResult result : results) {
            Spread above = result.bytesAbove(baseline);
            table.row(List.of(
                    String.format(Locale.ROOT, "%,d", count),
                    result.peer().label(),
                    result.bytesEach().text("%,.0f"),
                    above.text("%,.0f"),
                    result.emptyMicros().times(1e-3).text("%.2f"),
                    result.idleMicros().times(1e-3).text("%.2f")));
            if (result.peer() == Peer.KAMAELIA && baseline.peer() == Peer.RAW_VERTX) {
                verdicts.add(
                        "an idle connection",
                        "<= 1,200 B of live heap above raw Vert.x",
                        above.median() <= MOST_BYTES_ABOVE);
            }
        }
        out.println();
        verdicts.print(out);
    }

    private List<IdleResult> measure(Cores cores, Path logs) throws IOException, InterruptedException {
        List<ServerProcess> servers = new ArrayList<>();
        List<IdleResult> results = new ArrayList<>();
        try {
            for (Peer peer : settings.peersThatOffer(Service.ECHO)) {
                ServerProcess server =
                        ServerProcess.start(peer, new Duty(Service.ECHO, 1, 0), settings.jvmFlags(), cores, logs);
                servers.add(server);
                results.add(new IdleResult(peer, server.transport(), new ArrayList<>()));
                int before = descriptors(server);
                close(open(server.address(), WARM_UP), server, before);
            }
            for (int round = 0; round < settings.rounds(); round++) {
                for (int turn = 0; turn < servers.size(); turn++) {
                    int next = (round + turn) % servers.size();
                    results.get(next).rounds().add(round(servers.get(next)));
                }
            }
            return results;
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    private IdleResult.Round round(ServerProcess server) throws IOException, InterruptedException {
        int descriptorsBefore = descriptors(server);
        long heapBefore = server.liveHeap();
        double empty = cpuMicrosPerSecond(server);
        List<SocketChannel> connections = open(server.address(), count);
        try {
            double bytesEach = (server.liveHeap() - heapBefore) / (double) count;
            return new IdleResult.Round(bytesEach, empty, cpuMicrosPerSecond(server));
        } finally {
            close(connections, server, descriptorsBefore);
        }
    }

    private double cpuMicrosPerSecond(ServerProcess server) throws IOException, InterruptedException {
        Thread.sleep(SETTLE.toMillis());
        CpuTime before = CpuTime.of(server.pid());
        long start = System.nanoTime();
        Thread.sleep(settings.measured().toMillis());
        long nanos = CpuTime.of(server.pid()).nanosSince(before);
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        return nanos / (double) TimeUnit.MICROSECONDS.toNanos(1) / seconds;
    }

    /** Each has had a frame echoed, so that the server knows them all. */
    private List<SocketChannel> open(InetSocketAddress server, int howMany) throws IOException {
        List<SocketChannel> connections = new ArrayList<>(howMany);
        try {
            ByteBuffer received = ByteBuffer.allocateDirect(FRAME_BYTES);
            for (int number = 0; number < howMany; number++) {
                SocketChannel channel = SocketChannel.open();
                connections.add(channel);
                sources.bind(channel);
                channel.connect(server);
                Pattern frame = new Pattern(number);
                channel.write(frame.next(FRAME_BYTES));
                received.clear();
                while (received.hasRemaining()) {
                    if (channel.read(received) < 0) {
                        throw new IOException("idle connection " + number + " was closed by the server");
                    }
                }
                if (received.flip().mismatch(frame.next(FRAME_BYTES)) >= 0) {
                    throw new IOException("other bytes came back than were sent");
                }
            }
            return connections;
        } catch (IOException failed) {
            closeAll(connections);
            throw failed;
        }
    }

    /** Returns when the server has closed them too. */
    private static void close(List<SocketChannel> connections, ServerProcess server, int descriptorsBefore)
            throws IOException, InterruptedException {
        closeAll(connections);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (descriptors(server) > descriptorsBefore) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(
                        "the " + server.peer().label() + " server keeps connections open that were closed");
            }
            Thread.sleep(20);
        }
    }

    private static void closeAll(List<SocketChannel> connections) throws IOException {
        for (SocketChannel channel : connections) {
            channel.close();
        }
    }

    /** How many the server has open; 0 where the system does not tell. */
    private static int descriptors(ServerProcess server) throws IOException {
        Path open = Path.of("/proc", Long.toString(server.pid()), "fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        int count = 0;
        try (DirectoryStream<Path> each = Files.newDirectoryStream(open)) {
            for (Path ignored : each) {
                count++;
            }
        }
        return count;
    }

    private static long mostDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
