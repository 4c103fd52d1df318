package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.OperationView;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;

/** Ports are taken, shared, given back and taken again; one listener is nothing to another. */
@ParameterizedClass
@EnumSource(Transport.class)
class ListenerIT {
    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    // ---- beside each other

    @Test
    void anotherListenersLifeDisturbsNothing() throws Exception {
        Listener first = running.start(Running.on("echo"));
        Load load = new Load(first, 8);

        for (int i = 0; i < 20; i++) {
            Listener second = Running.await(running.kamaelia.start("second", Running.on("echo")));
            try (Socket client = Running.connect(second)) {
                assertEchoes(client);
                Running.await(second.stop(Duration.ZERO));
                assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            }
            load.goesOn();
            Running.until("it has stopped", () -> state("second") == ListenerState.STOPPED);
        }

        ListenerView view = Running.await(first.view());
        assertThat(view.state()).isEqualTo(ListenerState.LISTENING);
        assertThat(view.connections().open()).isEqualTo(8);
        assertThat(view.connections().accepted()).isEqualTo(8);
        load.stop();
    }

    // ---- given back

    @Test
    void aPortIsFreeAtOnceThoughConnectionsDrain() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        int port = listener.port();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Running.connect(listener));
            assertEchoes(clients.get(i));
        }

        Running.await(listener.stop(Duration.ofMinutes(1)));

        assertBindable(port);
        for (Socket client : clients) {
            assertEchoes(client);
            client.close();
        }
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
    }

    @Test
    void aPortThatNobodyConnectedToIsFreeAtOnce() throws Exception {
        Listener listener = running.start(Running.on("echo"));

        Running.await(listener.stop(Duration.ofMinutes(1)));

        assertBindable(listener.port());
        Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
    }

    @Test
    void aPortCanBeReopenedInTheSameProcessAgainAndAgain() throws Exception {
        int port = running.start(Running.on("echo")).port();
        Running.await(running.control().delete("echo", Duration.ZERO));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            // The one before still drains when this one listens.
            Listener next = Running.await(
                    running.kamaelia.start("echo-" + i, Running.on("echo").port(port)));
            assertThat(next.port()).isEqualTo(port);
            for (int j = 0; j < 3; j++) {
                Socket client = Running.connect(port);
                clients.add(client);
                assertEchoes(client);
            }
            Running.await(next.stop(Duration.ofMinutes(1)));
        }
        for (Socket client : clients) {
            assertEchoes(client);
            client.close();
        }
    }

    @Test
    void aStoppedListenerStartsAgainOnItsPort() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        ListenerOptions options = Running.on("echo").port(listener.port());
        for (int i = 0; i < 20; i++) {
            Running.await(listener.stop(Duration.ZERO));
            Running.until("it has stopped", () -> state("echo") == ListenerState.STOPPED);
            assertThat(Running.await(running.kamaelia.start("echo", options)).port())
                    .isEqualTo(listener.port());
            try (Socket client = Running.connect(listener)) {
                assertEchoes(client);
            }
            Running.until("all is closed", () -> running.counts(listener).open() == 0);
        }
    }

    @Test
    void aDeletedListenerIsForgottenWhenItsLastConnectionHasEnded() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);

            OperationView deleting = Running.await(running.control().delete("echo", null));

            assertThat(deleting.kind()).isEqualTo("delete");
            assertThat(deleting.total()).isEqualTo(1);
            assertThat(state("echo")).isEqualTo(ListenerState.DRAINING);
            assertBindable(listener.port());
            assertEchoes(client);
            client.shutdownOutput();
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            Running.until(
                    "the operation is done",
                    () -> Running.await(running.control().operation(deleting.id()))
                            .state()
                            .equals("done"));
        }
        assertThat(catchThrowableOfType(ControlFailure.class, () -> state("echo"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(running.start(Running.on("echo").port(listener.port())).port())
                .isEqualTo(listener.port());
    }

    @Test
    void aRestartKeepsThePortAndTheConnectionsUnderLoad() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        int port = listener.port();
        Load load = new Load(listener, 4);
        for (int i = 0; i < 10; i++) {
            ListenerOptions changed = Running.on("echo").port(port).backlog(100 + i);

            Running.await(running.control().put("echo", changed, true));

            load.goesOn();
            try (Socket client = Running.connect(port)) {
                assertEchoes(client);
            }
        }
        load.stop();
        Running.until("all are closed", () -> running.counts(listener).open() == 0);
        ListenerView view = Running.await(listener.view());
        assertThat(view.options().backlog()).isEqualTo(109);
        assertThat(view.state()).isEqualTo(ListenerState.LISTENING);
        assertThat(view.connections().accepted()).isEqualTo(4 + 10);
        assertThat(view.connections().closed()).isEqualTo(4 + 10);
        assertThat(operations()).isEmpty();
    }

    @Test
    void aRestartThatCannotListenKeepsTheOld() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        Load load = new Load(listener, 2);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenerOptions elsewhere = Running.on("echo").port(taken.getLocalPort());

            ControlFailure failure = catchThrowableOfType(
                    ControlFailure.class, () -> Running.await(running.control().put("echo", elsewhere, true)));

            assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN);
        }
        load.goesOn();
        assertThat(state("echo")).isEqualTo(ListenerState.LISTENING);
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
        }
        load.stop();
    }

    @Test
    void aRestartThatCannotHaveItsNewAddressListensOnTheOldAgain() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        Load load = new Load(listener, 2);
        ListenerOptions before = Running.await(listener.view()).options();

        ControlFailure failure = catchThrowableOfType(
                ControlFailure.class,
                () -> Running.await(
                        running.control().put("echo", before.host("192.0.2.1").port(listener.port()), true)));

        assertThat(failure.reason()).isEqualTo(Reason.CANNOT_BIND);
        ListenerView view = Running.await(listener.view());
        assertThat(view.state()).isEqualTo(ListenerState.LISTENING);
        assertThat(view.boundPort()).isEqualTo(listener.port());
        assertThat(view.options()).isEqualTo(before);
        load.goesOn();
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
        }
        load.stop();
    }

    @Test
    void aRestartKeepsThePortThatTheSystemChose() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);

            ListenerView view = Running.await(
                            running.control().put("echo", Running.on("echo").backlog(7), true))
                    .view();

            assertThat(view.boundPort()).isEqualTo(listener.port());
            assertThat(view.options().port()).isZero();
            assertEchoes(client);
            try (Socket next = Running.connect(listener.port())) {
                assertEchoes(next);
            }
        }
    }

    @Test
    void aRestartOnAnotherAddressTakesAnyPortThatIsFreeThere() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.2", listener.port()));

            ListenerView view = Running.await(
                            running.control().put("echo", Running.on("echo").host("127.0.0.2"), true))
                    .view();

            assertThat(view.state()).isEqualTo(ListenerState.LISTENING);
            assertThat(view.boundPort()).isNotEqualTo(listener.port());
        }
    }

    @Test
    void aRestartOnARangeOfOnePortIsNotInItsOwnWay() throws Exception {
        int port = threeFreePorts();
        ListenerOptions options = Running.on("echo").portRange(new PortRange(port, port));
        Listener listener = running.start(options);
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);

            ListenerView view = Running.await(running.control().put("echo", options.backlog(7), true))
                    .view();

            assertThat(view.boundPort()).isEqualTo(port);
            assertThat(view.options()).isEqualTo(options.backlog(7));
            assertEchoes(client);
        }
    }

    @Test
    void aSuspendedListenerIsSuspendedAfterARestart() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        Running.await(running.control().control("echo", ListenerCommand.SUSPEND, null));

        ListenerView view = Running.await(running.control()
                        .put("echo", Running.on("echo").port(listener.port()).backlog(7), true))
                .view();

        assertThat(view.state()).isEqualTo(ListenerState.SUSPENDED);
        try (Socket client = Running.connect(listener)) {
            client.getOutputStream().write(7);
            client.setSoTimeout(300);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> client.getInputStream().read());
            Running.await(running.control().control("echo", ListenerCommand.RESUME, null));
            client.setSoTimeout(20_000);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aListenerIsDeletedWhenTheConnectionsThatARestartLeftHaveEndedToo() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        try (Socket client = Running.connect(listener)) {
            assertEchoes(client);
            Running.await(running.control()
                    .put("echo", Running.on("echo").port(listener.port()).backlog(7), true));

            OperationView deleting = Running.await(running.control().delete("echo", Duration.ofHours(1)));

            // The new run had no connection: it is over at once.
            for (int i = 0; i < 100; i++) {
                assertEchoes(client);
            }
            assertThat(deleting.total()).isEqualTo(1);
            assertThat(Running.await(running.control().operation(deleting.id())).state())
                    .isEqualTo("running");
            assertThat(state("echo")).isEqualTo(ListenerState.DRAINING);
            assertThat(running.open()).hasSize(1);
            client.shutdownOutput();
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            Running.until(
                    "the operation is done",
                    () -> Running.await(running.control().operation(deleting.id()))
                            .state()
                            .equals("done"));
        }
    }

    @Test
    void operationsCanBeListedWhileWhatTheyCountGoesAway() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(Running.connect(listener));
            assertEchoes(clients.get(i));
            Running.await(running.control()
                    .put("echo", Running.on("echo").port(listener.port()).backlog(7 + i), true));
        }
        Running.await(running.control().delete("echo", Duration.ofHours(1)));
        for (Socket client : clients) {
            client.close();
        }

        Running.until("it is done", () -> operations().get(0).state().equals("done"));

        assertThat(operations())
                .singleElement()
                .satisfies(each -> assertThat(each.done()).isEqualTo(30));
    }

    // ---- what cannot be had

    @Test
    void aPortThatAnotherProcessHasIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ControlFailure failure = failureOf("echo", Running.on("echo").port(taken.getLocalPort()));

            assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN);
            assertThat(failure.message()).startsWith("127.0.0.1:" + taken.getLocalPort() + " is taken: ");
            assertThat(Running.await(running.control().listeners())).isEmpty();
        }
    }

    @Test
    void aPortThatAnotherListenerHasIsTakenAndThatOneGoesOn() throws Exception {
        Listener first = running.start(Running.on("echo"));
        Load load = new Load(first, 2);

        assertThat(failureOf("second", Running.on("discard").port(first.port())).reason())
                .isEqualTo(Reason.PORT_TAKEN);
        assertThat(failureOf("third", Running.on("discard").host("0.0.0.0").port(first.port()))
                        .reason())
                .isEqualTo(Reason.PORT_TAKEN);
        assertThat(failureOf("fourth", Running.on("discard").host("localhost").port(first.port()))
                        .reason())
                .isEqualTo(Reason.PORT_TAKEN);

        load.goesOn();
        for (int i = 0; i < 8; i++) {
            try (Socket client = Running.connect(first)) {
                assertEchoes(client);
            }
        }
        assertThat(Running.await(running.control().listeners())).hasSize(1);
        load.stop();
    }

    @Test
    void anAddressOfAnotherHostCannotBeHad() {
        ControlFailure failure = failureOf("echo", Running.on("echo").host("192.0.2.1"));

        assertThat(failure.reason()).isEqualTo(Reason.CANNOT_BIND);
        assertThat(failure.message()).startsWith("cannot listen on 192.0.2.1:0: ");
        assertThat(Running.await(running.control().listeners())).isEmpty();
    }

    private ControlFailure failureOf(String name, ListenerOptions options) {
        return catchThrowableOfType(ControlFailure.class, () -> Running.await(running.kamaelia.start(name, options)));
    }

    // ---- a range

    private static void assertServes(String address, int port) throws IOException {
        try (Socket client = new Socket(NetUtil.createInetAddressFromIpAddressString(address), port)) {
            client.setSoTimeout(20_000);
            assertEchoes(client);
        }
    }

    @Test
    void eachListensOnItsAddressOnlyAndSeveralOnSeveralWithOnePort() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        int port = listener.port();
        assertServes("127.0.0.1", port);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> assertServes("127.0.0.2", port));

        List<String> others = hasIpv6() ? List.of("127.0.0.2", "::1") : List.of("127.0.0.2");
        for (String address : others) {
            ListenerOptions options = Running.on("echo").host(address).port(port);
            Listener other = Running.await(running.kamaelia.start("other-" + others.indexOf(address), options));
            assertServes(address, port);
            assertThat(running.counts(other).accepted()).isEqualTo(1);
        }

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> assertServes("127.0.0.3", port));
        assertThat(running.counts(listener).accepted()).isEqualTo(1);
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket(0, 1, NetUtil.createInetAddressFromIpAddressString("::1"))) {
            return probe.isBound();
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void aPortOfTheRangeIsChosenOnceForAllEventLoops() throws Exception {
        int min = threeFreePorts();
        try (ServerSocket taken = new ServerSocket(min, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            PortRange range = new PortRange(min, min + 2);
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Listener listener = Running.await(
                        running.kamaelia.start("echo-" + i, Running.on("echo").portRange(range)));
                ports.add(listener.port());
                for (int j = 0; j < 4; j++) {
                    try (Socket client = Running.connect(listener)) {
                        assertEchoes(client);
                    }
                }
            }
            assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port > min && port <= range.max());

            ControlFailure failure =
                    failureOf("one-too-many", Running.on("echo").portRange(range));
            assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN);
        }
    }

    // ---- how

    private List<OperationView> operations() {
        return Running.await(running.control().operations());
    }

    private ListenerState state(String name) {
        return Running.await(running.control().listener(name)).state();
    }

    /** The first of three in a row, below those that systems give out by themselves. */
    private static int threeFreePorts() {
        int[] first = {0};
        Running.until("three ports in a row are free", () -> {
            first[0] = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket one = new ServerSocket(first[0], 1, InetAddress.getLoopbackAddress());
                    ServerSocket two = new ServerSocket(first[0] + 1, 1, InetAddress.getLoopbackAddress());
                    ServerSocket three = new ServerSocket(first[0] + 2, 1, InetAddress.getLoopbackAddress())) {
                return one.isBound() && two.isBound() && three.isBound();
            } catch (IOException taken) {
                return false;
            }
        });
        return first[0];
    }

    private static void assertBindable(int port) throws IOException {
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
