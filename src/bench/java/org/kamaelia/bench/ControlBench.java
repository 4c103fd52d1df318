package org.kamaelia.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
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
 * p99}, and {@code serverCores} is what the server kept busy, {@code compilerCores} what its
 * compilers did of that, {@code otherCores} what others did.
 */
final class ControlBench {

    static final String NAME = "control";

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final String SERVER_FLAGS = "-XX:+UseSerialGC -Xms512m -Xmx512m";
    private static final int ECHO_CONNECTIONS = 100;
    private static final int ECHOES_PER_SECOND = 20_000;
    private static final double MOST = 1.10;

    /** Many: a host that is busy with others for a moment makes a round's p99 many times what it is. */
    private static final int ROUNDS = 21;

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final int MOST_WARM_UPS = 12;
    private static final double SOME_COMPILING = 0.01;

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
            new MarkdownTable.Column("cores alone, with", 17),
            new MarkdownTable.Column("others' cores", 13));

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
            double p50,
            double p99,
            double serverCores,
            double compilerCores,
            double otherCores,
            double requestRate,
            double requestP50,
            double requestP99) {}

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
                PacedRequests.request("GET", "/listeners", ""),
                PacedRequests.request("GET", "/listeners/echo", ""),
                PacedRequests.request("GET", "/connections?limit=10", ""),
                PacedRequests.request("GET", "/connections/" + connectionId, ""),
                PacedRequests.request("PATCH", "/listeners/echo", "{\"idleTimeout\":\"1h\"}"));
    }

    private static List<String> listOf(int connections) {
        return List.of(PacedRequests.request("GET", "/connections?limit=" + connections, ""));
    }

    /** True unless a request or an echo failed: a missed target is a result. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Settings settings = Settings.fromSystemProperties(SERVER_FLAGS, ROUNDS);
        List<Case> cases = settings.chosen(CASES, Case::name);
        Duration warmUps = WARM_UP.multipliedBy((MOST_WARM_UPS + 1L) * cases.size());
        Watchdog.start(settings.planned(2 * cases.size()).plus(warmUps));
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

    private JsonObject measure(MarkdownTable table, Verdicts verdicts) throws IOException {
        List<Round> alone = new ArrayList<>();
        List<Round> with = new ArrayList<>();
        Crowd crowd = new Crowd(server.address(), Math.max(1, what.idle()));
        try {
            warmUp();
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
                        over(with, Round::serverCores).median()),
                String.format(Locale.ROOT, "%.2f", over(with, Round::otherCores).median())));
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

    /**
     * Until nothing is compiled any more: a compiler is another thread on the server's core, and works for seconds there where
     * a server that has run for a minute has none of it.
     */
    private void warmUp() throws IOException {
        Round last = round(true, settings.warmUp());
        for (int more = 0; more < MOST_WARM_UPS && last.compilerCores() > SOME_COMPILING; more++) {
            last = round(true, WARM_UP);
        }
        Round unused = round(false, WARM_UP);
    }

    private static JsonObject echo(List<Round> rounds) {
        return new JsonObject()
                .put("p50", over(rounds, Round::p50).json())
                .put("p99", over(rounds, Round::p99).json())
                .put("serverCores", over(rounds, Round::serverCores).json())
                .put("compilerCores", over(rounds, Round::compilerCores).json())
                .put("otherCores", over(rounds, Round::otherCores).json());
    }

    private static Spread over(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private Round round(boolean operated, Duration measured) throws IOException {
        List<PacedLoad> loads = new ArrayList<>();
        try {
            PacedEcho echo = new PacedEcho(server.address(), ECHO_CONNECTIONS, ECHOES_PER_SECOND);
            loads.add(echo);
            PacedRequests operators = new PacedRequests(
                    plane, what.clients(), what.perSecond(), what.requests().of(someConnection()));
            loads.add(operators);
            CpuTime compilers = CpuTime.ofCompilers(server.pid());
            Meter.Clocks before = Meter.Clocks.read(server.pid());
            Clockwork.run(operated ? loads : List.of(echo), Settings.RAMP, measured);
            Meter.Usage used = Meter.Clocks.read(server.pid()).since(before);
            double nanos = used.elapsed();
            return new Round(
                    echo.latencies().micros(0.5),
                    echo.latencies().micros(0.99),
                    used.server() / nanos,
                    CpuTime.ofCompilers(server.pid()).nanosSince(compilers) / nanos,
                    (used.machine() - used.server() - used.client()) / nanos,
                    operators.answered() / used.seconds(),
                    operators.latencies().micros(0.5),
                    operators.latencies().micros(0.99));
        } finally {
            for (PacedLoad load : loads) {
                load.close();
            }
        }
    }

    private String someConnection() throws IOException {
        URL list = new URL("http", plane.getHostString(), plane.getPort(), "/api/v1/connections?limit=1");
        try (InputStream answer = list.openStream()) {
            return new JsonObject(Buffer.buffer(answer.readAllBytes()))
                    .getJsonArray("items")
                    .getJsonObject(0)
                    .getString("id");
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
