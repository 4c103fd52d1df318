package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ListenerState;
import org.kamaelia.protocol.Chat;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ConnectionInfo;

/** A chat over sockets and two event loops. */
@ParameterizedClass
@EnumSource(Transport.class)
class ChatIT {
    private static final int MIB = 1 << 20;

    @Parameter
    Transport transport;

    private Running running;
    private Listener chat;

    /** The event loop of every connection, by the client's port. */
    private final Map<Integer, Context> loops = new ConcurrentHashMap<>();

    private final Map<Context, Component> aHandlerOfEach = new ConcurrentHashMap<>();

    @BeforeEach
    void start() {
        running = new Running(transport);
        running.kamaelia.protocol(new Observed());
        chat = running.start(Running.on("observed"));
    }

    @AfterEach
    void close() {
        running.close();
    }

    /** The chat, with a look at where connections are served. */
    private final class Observed implements Protocol {
        private final Chat observed = new Chat();

        @Override
        public String name() {
            return "observed";
        }

        @Override
        public JsonObject optionsSchema() {
            return observed.optionsSchema();
        }

        @Override
        public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
            Function<ConnectionInfo, Component> handlers = observed.serve(listener, options);
            return connection -> {
                loops.put(connection.remoteAddress().port(), Vertx.currentContext());
                Component handler = handlers.apply(connection);
                aHandlerOfEach.put(Vertx.currentContext(), handler);
                return handler;
            };
        }

        @Override
        public Component open(ConnectionInfo connection, JsonObject options) {
            throw new UnsupportedOperationException("serve makes them");
        }
    }

    /** A client that has heard that it has come. */
    private final class Client implements AutoCloseable {
        final Socket socket;
        final BufferedReader in;
        final String name;

        Client() throws IOException {
            this(Running.connect(chat));
        }

        Client(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String come = in.readLine();
            assertThat(come).matches("\\* #\\d+ has come");
            name = come.substring(2, come.indexOf(" has"));
        }

        Context loop() {
            return loops.get(socket.getLocalPort());
        }

        void says(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next so many lines, without who has come and gone. */
        List<String> hears(int count) throws IOException {
            List<String> lines = new ArrayList<>();
            while (lines.size() < count) {
                String line = in.readLine();
                assertThat(line).as("%s, after %s lines", name, lines.size()).isNotNull();
                if (!line.matches("\\* #\\d+ has (come|left)")) {
                    lines.add(line);
                }
            }
            return lines;
        }

        void hearsThat(String line) throws IOException {
            String next = in.readLine();
            while (!line.equals(next)) {
                assertThat(next)
                        .as("before the end %s hears that: %s", name, line)
                        .isNotNull();
                next = in.readLine();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Clients on both event loops, as evenly as may be. */
    private List<Client> clients(int count) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new Client());
        }
        assertThat(clients.stream().map(Client::loop).distinct()).hasSize(2);
        return clients;
    }

    @Test
    void allHearAllAndEachClientsLinesInTheirOrder() throws Exception {
        int lines = 50;
        List<Client> clients = clients(4);
        for (int round = 0; round < 20; round++) {
            for (Client each : clients) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < lines; i++) {
                    text.append(round).append('.').append(i).append(" grüße\n");
                }
                each.says(text.toString());
            }
            for (Client each : clients) {
                List<String> heard = each.hears(clients.size() * lines);
                for (Client from : clients) {
                    Stream<String> ofOne = heard.stream().filter(line -> line.startsWith(from.name + ": "));
                    int now = round;
                    assertThat(ofOne)
                            .containsExactlyElementsOf(Stream.iterate(0, i -> i < lines, i -> i + 1)
                                    .map(i -> from.name + ": " + now + "." + i + " grüße")
                                    .toList());
                }
            }
        }
        for (Client each : clients) {
            each.close();
        }
    }

    @Test
    void whoHasJustComeIsHeardByAllAndHearsAll() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Client first = new Client();
                    Client second = new Client()) {
                assertThat(second.loop()).isNotSameAs(first.loop());
                second.says("b\n");
                first.says("a\n");
                assertThat(first.hears(2)).containsExactlyInAnyOrder(first.name + ": a", second.name + ": b");
                assertThat(second.hears(2)).containsExactlyInAnyOrder(first.name + ": a", second.name + ": b");
            }
            Running.until("all have left", () -> running.counts(chat).open() == 0);
        }
    }

    @Test
    void whoDoesNotReadNeitherStopsTheOthersNorCostsMemory() throws Exception {
        int lines = 20;
        int rounds = 50 * MIB / (2 * lines * 1_000);
        try (Client one = new Client();
                Client silent = new Client(Running.connectNarrow(chat));
                Client other = new Client()) {
            Client second = one.loop() == other.loop() ? silent : other;
            assertThat(second.loop()).isNotSameAs(one.loop());
            long before = Memory.used();
            for (int round = 0; round < rounds; round++) {
                String text = (round + " " + "x".repeat(980) + "\n").repeat(lines);
                one.says(text);
                other.says(text);
                List<String> expected = Stream.of(one, other)
                        .flatMap(from -> (from.name + ": " + text.replace("\n", "\n" + from.name + ": "))
                                .lines()
                                .limit(lines))
                        .sorted()
                        .toList();
                assertThat(one.hears(2 * lines).stream().sorted()).isEqualTo(expected);
                assertThat(other.hears(2 * lines).stream().sorted()).isEqualTo(expected);
                if (round % (rounds / 4) == 1) {
                    assertThat(Memory.used() - before).isLessThan(8 * MIB);
                }
            }

            long heard = 0;
            String line = silent.in.readLine();
            for (; !line.endsWith("missed"); line = silent.in.readLine()) {
                if (!line.startsWith("*")) {
                    heard++;
                }
            }
            assertThat(line).matches("\\* \\d+ lines missed");
            assertThat(heard).isPositive();
            // Of the lines that it did not hear at most one is that the last of them has come.
            long missed = Long.parseLong(line.substring(2, line.indexOf(" lines")));
            assertThat(heard + missed).isBetween(rounds * 2L * lines, rounds * 2L * lines + 1);
            one.says("over\n");
            assertThat(silent.hears(1)).containsExactly(one.name + ": over");
        }
    }

    @Test
    void aLoopThatIsBehindSlowsThoseWhoSpeakOnAnotherInBoundedMemory() throws Exception {
        int pending = 32 * MIB;
        List<Client> clients = clients(2);
        CountDownLatch behind = new CountDownLatch(1);
        long before = Memory.used();
        AtomicLong written = new AtomicLong();
        try (SocketChannel flood = floodFrom(clients.get(0).loop())) {
            clients.get(1).loop().runOnContext(go -> awaitQuietly(behind));
            CompletableFuture<Void> said = CompletableFuture.runAsync(() -> flood(flood, pending, written));
            long[] seen = {0, 0};
            Running.until("the room holds it up", () -> {
                long now = written.get();
                seen[1] = now == 0 || now != seen[0] ? 0 : seen[1] + 1;
                seen[0] = now;
                return seen[1] == 400;
            });
            assertThat(said).isNotDone();
            assertThat(Memory.used() - before).isLessThan(8 * MIB);

            behind.countDown();
            said.get(20, TimeUnit.SECONDS);
        } finally {
            behind.countDown();
        }
        for (Client each : clients) {
            each.close();
        }
    }

    private SocketChannel floodFrom(Context loop) throws IOException {
        while (true) {
            SocketChannel channel =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), chat.port()));
            int port = channel.socket().getLocalPort();
            Running.until("it is served", () -> loops.containsKey(port));
            if (loops.get(port) == loop) {
                return channel;
            }
            channel.close();
        }
    }

    private static void flood(SocketChannel channel, int length, AtomicLong written) {
        byte[] lines = ("y".repeat(999) + "\n").repeat(32).getBytes(StandardCharsets.UTF_8);
        try {
            while (written.get() < length) {
                ByteBuffer chunk = ByteBuffer.wrap(lines);
                while (chunk.hasRemaining()) {
                    written.addAndGet(channel.write(chunk));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoLeavesInTheMiddleOfALineIsHeardUntilThen() throws Exception {
        List<Client> clients = clients(3);
        Client leaves = clients.get(0);
        leaves.says("one\ntw");
        leaves.socket.shutdownOutput();
        assertThat(leaves.in.lines().filter(line -> !line.endsWith("come")))
                .containsExactly(leaves.name + ": one", leaves.name + ": tw", "* " + leaves.name + " has left");
        Client breaksOff = clients.get(1);
        breaksOff.says("thr");
        Running.reset(breaksOff.socket);

        Client stays = clients.get(2);
        stays.hearsThat(leaves.name + ": tw");
        stays.hearsThat("* " + leaves.name + " has left");
        stays.hearsThat("* " + breaksOff.name + " has left");
        stays.close();
    }

    @Test
    void nothingStaysOfRoomsThatAllHaveLeft() throws Exception {
        for (int i = 0; i < 10; i++) {
            List<Client> clients = clients(4);
            // Of a connection: adapter, pipeline, framer, guest. Of the chat: the room, and the ends of its two
            // linkages.
            Running.until("all are served", () -> active() == 2 * 4 + 4 * 4 + 2 * 3);
            for (Client each : clients) {
                each.close();
            }
            // On each event loop the selector with its wheel, the server and its core.
            Running.until("no component is left", () -> active() == 2 * 4);
        }
    }

    @Test
    void aListenerThatDrainsLetsEverybodyLeaveInOrder() throws Exception {
        List<Client> clients = clients(4);
        clients.get(0).says("last words\n");
        for (Client each : clients) {
            each.hearsThat(clients.get(0).name + ": last words");
        }

        CompletableFuture<Void> stopped =
                chat.stop(Duration.ZERO).toCompletionStage().toCompletableFuture();

        for (Client each : clients) {
            each.hearsThat("* " + each.name + " has left");
            assertThat(Running.endOf(each.socket)).isEqualTo(Running.End.FIN);
            each.close();
        }
        stopped.get(20, TimeUnit.SECONDS);
        Running.until("it has stopped", () -> Running.await(chat.view()).state() == ListenerState.STOPPED);
        Running.until("no component is left", () -> active() == 0);
    }

    /** How many components are active on the event loops that have been seen. */
    private long active() throws Exception {
        long active = 0;
        for (Component each : aHandlerOfEach.values()) {
            Scheduler scheduler = each.scheduler();
            active += scheduler
                    .ingress()
                    .call(() -> scheduler.counters().active())
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }
        return active;
    }
}
