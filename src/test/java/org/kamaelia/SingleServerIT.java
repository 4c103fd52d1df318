package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.chassis.Graphline;
import org.kamaelia.chassis.SingleServer;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.TcpServer;

/** One client at a time, over all event loops, by a graph that outlives it. */
@ParameterizedClass
@EnumSource(Transport.class)
class SingleServerIT {
    private static final int LOOPS = 2;

    @Parameter
    Transport transport;

    private Vertx vertx;
    private final List<SchedulerVerticle> verticles = new CopyOnWriteArrayList<>();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final ListenPort port =
            new ListenPort("single", Running.on("single").closeTimeout(Duration.ofSeconds(10)));
    private final List<SingleServer> servers = new ArrayList<>();

    @BeforeEach
    void deploy() {
        vertx = transport.vertx();
        Running.await(vertx.deployVerticle(
                () -> {
                    SchedulerVerticle verticle = new SchedulerVerticle(events::add);
                    verticles.add(verticle);
                    return verticle;
                },
                new DeploymentOptions().setInstances(LOOPS)));
    }

    @AfterEach
    void close() {
        Running.await(vertx.close());
        assertThat(events).noneMatch(ComponentFailed.class::isInstance);
    }

    /** Echoes for one client after the other, and says when it is through with each. */
    private static final class Echoes extends Component {
        private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);
        private Signal end;

        @Override
        protected Next step() {
            for (Signal next = control().poll(); next != null; next = control().poll()) {
                if (next instanceof ShutdownMicroprocess) {
                    signal().send(next);
                    return DONE;
                }
                end = next instanceof ProducerFinished ? next : end;
            }
            while (in.dataReady() && out.hasRoom()) {
                out.send(in.receive());
            }
            if (end != null && !in.dataReady()) {
                signal().send(end);
                end = null;
            }
            return PAUSE;
        }
    }

    private Component echoing(SingleServer server) {
        return Graphline.layout()
                .child("server", server)
                .child("echo", new Echoes())
                .link("server", "outbox")
                .to("echo", "inbox")
                .link("server", "signal")
                .to("echo", "control")
                .link("echo", "outbox")
                .to("server", "inbox")
                .link("echo", "signal")
                .to("server", "control")
                .build();
    }

    private List<Component> startEchoing() {
        List<Component> graphs = new ArrayList<>();
        List<Future<Integer>> bound = new ArrayList<>();
        for (SchedulerVerticle verticle : verticles) {
            SingleServer server = new SingleServer(new TcpServer(port));
            Component graph = echoing(server);
            verticle.scheduler().ingress().activate(graph);
            servers.add(server);
            graphs.add(graph);
            bound.add(server.server().bound());
        }
        Running.await(Future.join(bound));
        return graphs;
    }

    private int listening() {
        return Running.await(servers.get(0).server().bound());
    }

    /** A client that got an answer; null if its connection was closed, which is never a reset. */
    private Socket connectIfFree() throws IOException {
        Socket client = Running.connect(listening());
        client.getOutputStream().write('?');
        int answer = client.getInputStream().read();
        if (answer == '?') {
            return client;
        }
        assertThat(answer).isEqualTo(-1);
        client.close();
        return null;
    }

    private Socket connectOnceFree() {
        Socket[] client = {null};
        Running.until("the place is free", () -> {
            client[0] = connectIfFree();
            return client[0] != null;
        });
        return client[0];
    }

    @Test
    void whoComesWhileThereIsAClientIsClosedWithoutAReset() throws Exception {
        startEchoing();
        try (Socket client = connectOnceFree()) {
            for (int i = 0; i < 4 * LOOPS; i++) {
                assertThat(connectIfFree()).isNull();
            }
            client.getOutputStream().write('!');
            assertThat(client.getInputStream().read()).isEqualTo('!');
        }
        Running.until("all have ended", () -> port.open() == 0);
        assertThat(events)
                .filteredOn(ClosedConnection.class::isInstance)
                .extracting(event -> ((ClosedConnection) event).cause().toString())
                .contains("unserved")
                .filteredOn(cause -> !cause.equals("unserved"))
                .containsExactly("peer-closed");
    }

    @Test
    void oneOfManyThatComeAtOnceIsServed() throws Exception {
        startEchoing();
        List<Socket> served = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> storm = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            storm.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            Socket client = connectIfFree();
                            if (client != null) {
                                served.add(client);
                            }
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> each : storm) {
            each.get(20, TimeUnit.SECONDS);
        }
        assertThat(served).hasSize(1);
        served.get(0).close();
    }

    @Test
    void aClientThatEndsItsSideGetsAllRepliesAndTheNextIsServed() throws Exception {
        startEchoing();
        for (int i = 0; i < 10; i++) {
            try (Socket client = connectOnceFree()) {
                byte[] sent = new Bytes(i).next(60_000);
                for (int j = 0; j < 5; j++) {
                    client.getOutputStream().write(sent);
                    assertThat(client.getInputStream().readNBytes(j == 0 ? 10 : sent.length))
                            .isNotEmpty();
                }
                client.shutdownOutput();
                byte[] rest = client.getInputStream().readAllBytes();
                assertThat(rest).hasSize(sent.length - 10).endsWith(sent[sent.length - 1]);
            }
        }
    }

    @Test
    void aClientThatBreaksOffMakesRoomForTheNext() throws Exception {
        startEchoing();
        for (int i = 0; i < 10; i++) {
            Socket client = connectOnceFree();
            Running.reset(client);
        }
        try (Socket client = connectOnceFree()) {
            client.getOutputStream().write('!');
            assertThat(client.getInputStream().read()).isEqualTo('!');
        }
    }

    @Test
    void aGraphThatHearsOfNoEndNeedNotAnswerForIt() throws Exception {
        SingleServer server = new SingleServer(new TcpServer(port));
        servers.add(server);
        Scheduler scheduler = verticles.get(0).scheduler();
        scheduler.ingress().activate(server);
        listening();
        for (String each : List.of("one", "two")) {
            // What comes before there is a client is for the first that comes.
            scheduler.ingress().deliver(server.inbox("inbox", Buffer.class), Buffer.buffer(each));
            try (Socket client = Running.connect(listening())) {
                byte[] greeting = client.getInputStream().readNBytes(each.length());
                assertThat(new String(greeting, StandardCharsets.US_ASCII)).isEqualTo(each);
                client.shutdownOutput();
                assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            }
            Running.until("it has ended", () -> port.open() == 0);
        }
    }

    @Test
    void aServerShutdownOnOneEventLoopEndsAllAndLeavesNothing() throws Exception {
        List<Component> graphs = startEchoing();
        int where = listening();
        Socket client = connectOnceFree();
        verticles
                .get(0)
                .scheduler()
                .ingress()
                .deliver(graphs.get(0).control(), new ServerShutdown(Duration.ZERO, Duration.ofSeconds(5), null));

        assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        client.close();
        Running.await(servers.get(0).completion());
        Running.await(servers.get(1).completion());
        for (SchedulerVerticle each : verticles) {
            Running.until(
                    "nothing is left",
                    () -> each.scheduler()
                                    .ingress()
                                    .call(() -> each.scheduler().counters().active())
                                    .toCompletableFuture()
                                    .get(10, TimeUnit.SECONDS)
                            == 0);
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> Running.connect(where));
    }

    @Test
    void whatEndsItFromOutsideEndsItsClientToo() throws Exception {
        List<Component> graphs = startEchoing();
        Socket client = connectOnceFree();
        for (int i = 0; i < LOOPS; i++) {
            Scheduler scheduler = verticles.get(i).scheduler();
            Component graph = graphs.get(i);
            scheduler.ingress().call(() -> {
                scheduler.end(graph);
                return 0;
            });
        }

        assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
        client.close();
        int where = listening();
        Running.until("nobody listens", () -> {
            try {
                Running.connect(where).close();
                return false;
            } catch (SocketException refused) {
                return refused instanceof ConnectException;
            }
        });
    }
}
