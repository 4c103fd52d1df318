package org.kamaelia.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What requests to the control plane cost the connections beside it: echo that leaves by the clock, alone and with operators at
 * work, in rounds that take turns. The server is one process on the first core, the clients one on the last.
 *
 * <p>In the JSON times are microseconds; {@code echo} and {@code control} are rounds of {@code perSecond}, {@code p50}, {@code
 * p99}, and {@code serverCores} is what the server kept busy.
 */
final class ControlBench {

    static final String NAME = "control";

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final String SERVER_FLAGS = "-XX:+UseSerialGC -Xms512m -Xmx512m";
    private static final PacedEcho ECHO = new PacedEcho(100, 20_000);
    private static final double MOST = 1.10;

    private static final List<Case> CASES = List.of(
            new Case("mix", "2,000/s of list, get and patch", 4, 2_000, 0, ControlBench::mix),
            new Case("list", "200/s lists of 100 of 5,000", 2, 200, 5_000, id -> listOf(100)));

    private static final List<MarkdownTable.Column> COLUMNS = List.of(
            new MarkdownTable.Column("requests beside 20,000 echoes/s", 32),
            new MarkdownTable.Column("requests/s", 10),
            new MarkdownTable.Column("their p50/p99, us", 17),
            new MarkdownTable.Column("echo p50 alone, us", 20),
            new MarkdownTable.Column("with", 20),
            new MarkdownTable.Column("echo p99 alone, us", 20),
            new MarkdownTable.Column("with", 20),
            new MarkdownTable.Column("p99, of alone (min..max)", 24),
            new MarkdownTable.Column("cores alone, with", 17));

    /**
     * @param clients of the plane, each with a connection of its own
     * @param perSecond requests of all clients together
     * @param idle connections that are open and quiet beside those that echo
     */
    private record Case(String name, String title, int clients, int perSecond, int idle, Requests requests) {}

    /** The requests of one client. */
    private interface Requests {
        List<String> of(String connectionId);
    }

    /** One round, of echo with or without requests beside it. */
    private record Round(
            double p50, double p99, double serverCores, double requestRate, double requestP50, double requestP99) {}

    private final Settings settings;
    private final Case what;
    private final ServerProcess server;
    private final InetSocketAddress plane;

    private ControlBench(Settings settings, Case what, ServerProcess server, InetSocketAddress plane) {
        this.settings = settings;
        this.what = what;
        this.server = server;
        this.plane = plane;
    }

    private static List<String> mix(String connectionId) {
        return List.of(
                ControlLoad.request("GET", "/listeners", ""),
                ControlLoad.request("GET", "/listeners/echo", ""),
                ControlLoad.request("GET", "/connections?limit=10", ""),
                ControlLoad.request("GET", "/connections/" + connectionId, ""),
                ControlLoad.request("PATCH", "/listeners/echo", "{\"idleTimeout\":\"1h\"}"));
    }

    private static List<String> listOf(int connections) {
        return List.of(ControlLoad.request("GET", "/connections?limit=" + connections, ""));
    }

    /** True unless a request or an echo failed: a missed target is a result. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Settings settings = Settings.fromSystemProperties(SERVER_FLAGS);
        List<Case> cases = settings.chosen(CASES, Case::name);
        Watchdog.start(settings.planned(2 * cases.size()).plus(Duration.ofSeconds(30)));
        Cores cores = Cores.claim();
        JsonObject machine = Machine.facts(cores.allowed().size(), cores.description());
        machine.forEach(fact -> out.println(fact.getKey() + ": " + fact.getValue()));
        out.println();
        Files.createDirectories(DIRECTORY);
        MarkdownTable table = new MarkdownTable(out, COLUMNS);
        table.header();
        Verdicts verdicts = new Verdicts();
        JsonArray results = new JsonArray();
        for (Case each : cases) {
            results.add(run(settings, each, cores, table, verdicts));
        }
        Path file = DIRECTORY.resolve(NAME + ".json");
        JsonObject json =
                new JsonObject().put("benchmark", NAME).put("machine", machine).put("cases", results);
        Files.writeString(file, json.encodePrettily() + "\n");
        out.println();
        verdicts.print(out);
        out.println("written to " + file);
        return true;
    }

    private static JsonObject run(Settings settings, Case what, Cores cores, MarkdownTable table, Verdicts verdicts)
            throws IOException, InterruptedException {
        int port = freePort();
        Duty duty = new Duty(Service.OPERATED, 1, port);
        try (ServerProcess server = ServerProcess.start(Peer.KAMAELIA, duty, settings.jvmFlags(), cores, DIRECTORY)) {
            InetSocketAddress plane = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            return new ControlBench(settings, what, server, plane).measure(table, verdicts);
        }
    }

    private JsonObject measure(MarkdownTable table, Verdicts verdicts) throws IOException, InterruptedException {
        List<Round> alone = new ArrayList<>();
        List<Round> with = new ArrayList<>();
        Crowd crowd = new Crowd(server.address(), Math.max(1, what.idle()));
        try {
            Round unused = round(true, settings.warmUp());
            unused = round(false, settings.warmUp().dividedBy(2));
            for (int i = 0; i < settings.rounds(); i++) {
                boolean first = i % 2 == 0;
                (first ? with : alone).add(round(first, settings.measured()));
                (first ? alone : with).add(round(!first, settings.measured()));
            }
        } finally {
            crowd.close();
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < settings.rounds(); i++) {
            ratios.add(with.get(i).p99() / alone.get(i).p99());
        }
        Spread ratio = Spread.of(ratios);
        table.row(List.of(
                what.title(),
                String.format(
                        Locale.ROOT, "%,.0f", over(with, Round::requestRate).median()),
                String.format(
                        Locale.ROOT,
                        "%,.0f/%,.0f",
                        over(with, Round::requestP50).median(),
                        over(with, Round::requestP99).median()),
                over(alone, Round::p50).text("%,.0f"),
                over(with, Round::p50).text("%,.0f"),
                over(alone, Round::p99).text("%,.0f"),
                over(with, Round::p99).text("%,.0f"),
                ratio.text("%.2f"),
                String.format(
                        Locale.ROOT,
                        "%.2f, %.2f",
                        over(alone, Round::serverCores).median(),
                        over(with, Round::serverCores).median())));
        verdicts.add("echo beside " + what.title(), "p99 less than 1.10 of what it is alone", ratio.median() < MOST);
        return new JsonObject()
                .put("name", what.name())
                .put("title", what.title())
                .put("requestsPerSecond", over(with, Round::requestRate).json())
                .put(
                        "requestMicros",
                        new JsonObject()
                                .put("p50", over(with, Round::requestP50).json())
                                .put("p99", over(with, Round::requestP99).json()))
                .put("echoMicrosAlone", echo(alone))
                .put("echoMicrosWith", echo(with))
                .put("p99Ratio", ratio.json());
    }

    private static JsonObject echo(List<Round> rounds) {
        return new JsonObject()
                .put("p50", over(rounds, Round::p50).json())
                .put("p99", over(rounds, Round::p99).json())
                .put("serverCores", over(rounds, Round::serverCores).json());
    }

    private static Spread over(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private Round round(boolean operated, Duration measured) throws IOException, InterruptedException {
        List<ControlLoad> clients = operated ? clients() : List.of();
        List<Thread> threads =
                clients.stream().map(client -> new Thread(client, "operator")).toList();
        threads.forEach(Thread::start);
        try {
            Latencies latencies = new Latencies();
            CpuTime before = CpuTime.of(server.pid());
            long begin = System.nanoTime();
            long unused = ECHO.run(server.address(), Settings.RAMP, measured, latencies);
            double nanos = System.nanoTime() - begin;
            double cores = CpuTime.of(server.pid()).nanosSince(before) / nanos;
            long requests = clients.stream().mapToLong(ControlLoad::done).sum();
            stop(clients, threads);
            double p50 = clients.stream()
                    .mapToDouble(client -> client.latencies().micros(0.5))
                    .max()
                    .orElse(0);
            double p99 = clients.stream()
                    .mapToDouble(client -> client.latencies().micros(0.99))
                    .max()
                    .orElse(0);
            return new Round(latencies.micros(0.5), latencies.micros(0.99), cores, requests * 1e9 / nanos, p50, p99);
        } finally {
            clients.forEach(ControlLoad::stop);
            for (ControlLoad client : clients) {
                client.close();
            }
        }
    }

    private List<ControlLoad> clients() throws IOException {
        String id;
        try (ControlLoad first = new ControlLoad(plane, List.of(), 1)) {
            String listed = first.askFor(ControlLoad.request("GET", "/connections?limit=1", ""));
            id = new JsonObject(listed).getJsonArray("items").getJsonObject(0).getString("id");
        }
        List<ControlLoad> clients = new ArrayList<>();
        for (int i = 0; i < what.clients(); i++) {
            clients.add(new ControlLoad(plane, what.requests().of(id), what.perSecond() / what.clients()));
        }
        return clients;
    }

    private static void stop(List<ControlLoad> clients, List<Thread> threads) throws IOException, InterruptedException {
        clients.forEach(ControlLoad::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        for (ControlLoad client : clients) {
            if (!client.problem().isEmpty()) {
                throw new IOException("a request failed: " + client.problem());
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Connections that are open and quiet. */
    private static final class Crowd {

        private final List<java.net.Socket> sockets = new ArrayList<>();

        Crowd(InetSocketAddress server, int howMany) throws IOException {
            for (int i = 0; i < howMany; i++) {
                java.net.Socket socket = new java.net.Socket(server.getAddress(), server.getPort());
                sockets.add(socket);
                socket.getOutputStream().write(7);
                if (socket.getInputStream().read() != 7) {
                    throw new IOException("connection " + i + " was not echoed");
                }
            }
        }

        void close() throws IOException {
            for (java.net.Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
