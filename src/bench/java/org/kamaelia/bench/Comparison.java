package org.kamaelia.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs cases: one server process per peer, all of them new for each case so that none has been shaped by the case before,
 * warmed up one after the other, then measured in turns. Every round begins with another peer.
 */
final class Comparison {

    /** Of the server's core; more is as much as a round's own spread. */
    private static final double SOME_COMPILING = 0.02;

    static final int MOST_WARM_UPS = 6;

    private final Settings settings;
    private final Cores cores;
    private final Path logs;

    /** Of the echo that relays lead to; 0 until one does. */
    private int upstreamPort;

    /** @param logs where the servers' standard error goes */
    Comparison(Settings settings, Cores cores, Path logs) {
        this.settings = settings;
        this.cores = cores;
        this.logs = logs;
    }

    /** One result per peer that offers the case's service, in the order of the settings. */
    List<CaseResult> run(BenchCase what) throws IOException {
        Duty duty = new Duty(what.service(), what.eventLoops(), what.service() == Service.RELAY ? upstreamPort() : 0);
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (Peer peer : settings.peersThatOffer(what.service())) {
                servers.add(ServerProcess.start(peer, duty, settings.jvmFlags(), cores, logs));
            }
            for (ServerProcess server : servers) {
                warmUp(what, server);
            }
            return measure(what, servers);
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    /**
     * Until hardly anything is compiled any more: a compiler is another thread on the server's core, and a server that has
     * run for a minute has none of it.
     */
    private void warmUp(BenchCase what, ServerProcess server) throws IOException {
        double compilerCores = 1;
        for (int i = 0; i < MOST_WARM_UPS && compilerCores > SOME_COMPILING; i++) {
            CpuTime compilers = CpuTime.ofCompilers(server.pid());
            long began = System.nanoTime();
            Sample warmUp = round(what, server, Duration.ZERO, settings.warmUp());
            if (warmUp.errors() > 0) {
                throw new IOException("\"" + what.title() + "\" on "
                        + server.peer().label() + " failed while warming up: " + warmUp.firstErrors());
            }
            long nanos = Math.max(1, System.nanoTime() - began);
            compilerCores = (double) CpuTime.ofCompilers(server.pid()).nanosSince(compilers) / nanos;
        }
    }

    /**
     * The upstream runs in this process, on the load client's core, so that the relays have theirs for themselves; what it
     * uses counts as the client's.
     */
    private int upstreamPort() throws IOException {
        if (upstreamPort == 0) {
            try {
                upstreamPort =
                        new RawNettyEcho().listen(new Duty(Service.ECHO, 1, 0)).port();
            } catch (InterruptedException interrupted) {
                throw new IOException("interrupted while the upstream started", interrupted);
            }
        }
        return upstreamPort;
    }

    private List<CaseResult> measure(BenchCase what, List<ServerProcess> servers) throws IOException {
        List<CaseResult> results = servers.stream()
                .map(server -> new CaseResult(what, server.peer(), server.transport(), new ArrayList<>()))
                .toList();
        for (int round = 0; round < settings.rounds(); round++) {
            for (int turn = 0; turn < servers.size(); turn++) {
                int next = (round + turn) % servers.size();
                Sample sample = round(what, servers.get(next), Settings.RAMP, settings.measured());
                results.get(next).rounds().add(sample);
            }
        }
        return results;
    }

    private static Sample round(BenchCase what, ServerProcess server, Duration ramp, Duration measured)
            throws IOException {
        Meter meter = new Meter(server.pid(), ramp, measured);
        try {
            what.load().run(server.address(), meter);
            return meter.sample();
        } catch (IOException broken) {
            throw new IOException(
                    "\"" + what.title() + "\" on " + server.peer().label() + " broke off: " + broken.getMessage(),
                    broken);
        }
    }
}
