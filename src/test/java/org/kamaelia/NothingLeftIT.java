package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.Counts;
import org.kamaelia.control.ListenerState;

/** Connections come and go; when they are gone nothing of them is left. */
@ParameterizedClass
@EnumSource(Transport.class)
class NothingLeftIT {
    private static final int CONNECTIONS = 10_000;
    private static final int CLIENTS = 4;

    @Parameter
    Transport transport;

    private Running running;
    private final Set<Scheduler> schedulers = ConcurrentHashMap.newKeySet();
    private final Queue<WeakReference<Component>> handlers = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    /** Echoes, and tells where it runs. */
    private final class Observed extends Reactor {
        Observed() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, out::send);
        }

        @Override
        protected Next step() {
            schedulers.add(scheduler());
            return super.step();
        }
    }

    @Test
    void ofTenThousandConnectionsNothingIsLeft() throws Exception {
        Listener listener = running.start("observed", connection -> {
            Observed handler = new Observed();
            handlers.add(new WeakReference<>(handler));
            return handler;
        });
        comeAndGo(listener, 8);
        Running.until("all are closed", () -> running.counts(listener).open() == 0);
        // On each event loop the selector with its wheel of time-outs, the server and its core.
        List<Integer> own = List.of(4, 4);
        Running.until("no component is left", () -> active().equals(own));
        long filesBefore = openFiles();

        comeAndGo(listener, CONNECTIONS);

        Running.until("all are closed", () -> running.counts(listener).open() == 0);
        Running.until("no component is left", () -> active().equals(own));
        Running.until("no file is left open", () -> openFiles() <= filesBefore);
        Counts counts = running.counts(listener);
        assertThat(counts.closed()).isEqualTo(counts.accepted());
        assertThat(counts.accepted()).isEqualTo(CONNECTIONS + 8);
        assertThat(running.open()).isEmpty();
        assertThat(failures()).isZero();
        Running.until("no handler is held", () -> {
            System.gc();
            return handlers.stream().noneMatch(each -> each.get() != null);
        });

        Running.await(listener.stop(null));
        Running.until("it has stopped", () -> Running.await(listener.view()).state() == ListenerState.STOPPED);
        Running.until("no component is left at all", () -> active().stream().allMatch(each -> each == 0));
    }

    @Test
    void anIdleConnectionKeepsNothingOfVertxsSocket() throws Exception {
        Listener listener = running.start("observed", connection -> new Observed());
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket client = Running.connect(listener);
                idle.add(client);
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }

            assertThat(running.counts(listener).open()).isEqualTo(200);
            assertThat(instances("org.kamaelia.tcp.StreamSocket")).isGreaterThanOrEqualTo(200);
            assertThat(instances("io.vertx.core.net.impl.NetSocketImpl")).isLessThan(200);
        } finally {
            for (Socket each : idle) {
                each.close();
            }
        }
    }

    /** Of those that live, after a collection. */
    private static long instances(String type) throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        // Rank, instances, bytes, class, module.
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 3 && columns[3].equals(type))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    private List<Integer> active() throws Exception {
        List<Integer> active = new ArrayList<>();
        for (Scheduler each : schedulers) {
            active.add(on(each).active());
        }
        return active;
    }

    private long failures() throws Exception {
        long failures = 0;
        for (Scheduler each : schedulers) {
            failures += on(each).failures();
        }
        return failures;
    }

    private static Scheduler.Counters on(Scheduler scheduler) throws Exception {
        return scheduler
                .ingress()
                .call(scheduler::counters)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    /** Descriptors of this process; none where the system does not list them. */
    private static long openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.count();
        }
    }

    /** Clients that end their connections in every way there is. */
    private static void comeAndGo(Listener listener, int connections) throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(CompletableFuture.runAsync(
                    () -> {
                        for (int j = 0; j < connections / CLIENTS; j++) {
                            comeAndGoOnce(listener, j);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> each : clients) {
            each.get(40, TimeUnit.SECONDS);
        }
    }

    private static void comeAndGoOnce(Listener listener, int number) {
        try (Socket client = Running.connect(listener)) {
            client.getOutputStream().write(7);
            if (number % 8 != 0) {
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
            if (number % 8 == 1) {
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } else if (number % 8 > 2) {
                client.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
