package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ConnectionQuery.Sort;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.Unplugged;

/**
 * What looks at many connections cost those who are served meanwhile: 100,000 connections without sockets over two event loops,
 * an echo over a real one, and looks one after the other. To be run by hand; prints round trips and the longest delay of a
 * heartbeat on each event loop.
 */
final class ListingLoad {
    private static final int CONNECTIONS = 100_000;
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Vertx vertx = Vertx.vertx();
    private final List<Scheduler> schedulers = new ArrayList<>();

    private ListingLoad() {}

    public static void main(String[] arguments) throws Exception {
        new ListingLoad().run();
        Runtime.getRuntime().halt(0);
    }

    private void run() throws Exception {
        for (int i = 0; i < 2; i++) {
            SchedulerVerticle verticle = new SchedulerVerticle(event -> {});
            await(vertx.deployVerticle(verticle));
            schedulers.add(verticle.scheduler());
        }
        List<Loop> loops = Loop.of(schedulers);
        for (Loop loop : loops) {
            fill(loop);
        }
        Context context = vertx.getOrCreateContext();
        Listeners listeners = new Listeners(
                vertx,
                context,
                loops,
                Protocols.found(),
                Policy.defaults(),
                Certificates.none(vertx),
                new Operations(event -> {}),
                event -> {});
        Connections connections = new Connections(context, loops, new ClosedConnections(), new Turns());
        ListenerOptions echo = ListenerOptions.of("echo").host("127.0.0.1").port(0);
        int port = on(
                        context,
                        () -> listeners.put(
                                "echo", echo, false, ManagedListener.Origin.API, Expectation.NONE, new Trail()))
                .view()
                .boundPort();
        String middle = on(context, () -> connections.page(ConnectionQuery.all(), Interest.LASTING))
                .nextCursor();
        ConnectionQuery all = ConnectionQuery.all();
        for (int round = 0; round < 2; round++) {
            cost(
                    "the 100 idlest of all",
                    loop -> new Ranking(loop.connections(), all.sort(Sort.IDLE, true), 0, Long.MAX_VALUE),
                    loops);
            cost(
                    "all that match a filter",
                    loop -> new Matches(loop.connections(), ConnectionFilter.ofListener("echo"), Long.MAX_VALUE),
                    loops);
            measure("nothing", port, context, null);
            measure("a page of 100", port, context, () -> connections.page(all.after(middle), Interest.LASTING));
            measure(
                    "the 100 idlest of all",
                    port,
                    context,
                    () -> connections.page(all.sort(Sort.IDLE, true), Interest.LASTING));
            measure(
                    "all that match a filter",
                    port,
                    context,
                    () -> connections.onEach(
                            Interest.LASTING,
                            loop -> new Matches(
                                    loop.connections(), ConnectionFilter.ofListener("echo"), Long.MAX_VALUE)));
        }
    }

    private static void fill(Loop loop) throws Exception {
        Unplugged[] unplugged = {null};
        for (int left = CONNECTIONS / 2; left > 0; left -= 1_000) {
            await(ListenerRun.future(loop.scheduler().ingress().call(() -> {
                if (unplugged[0] == null) {
                    unplugged[0] = new Unplugged(loop.scheduler(), loop.connections(), ListenerOptions.of("echo"));
                }
                for (int i = 0; i < 1_000; i++) {
                    unplugged[0].open("192.0.2.1");
                }
                return true;
            })));
        }
    }

    /** What the processor spends on the pieces of a look: a figure that other jobs on the machine hardly touch. */
    private static void cost(String what, Function<Loop, Work<?>> look, List<Loop> loops) throws Exception {
        List<Long> pieces = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            await(loops.get(0).run(new Timed<>(look.apply(loops.get(0)), pieces), Interest.LASTING));
        }
        // The first looks warm up.
        List<Long> sorted = pieces.subList(pieces.size() / 2, pieces.size()).stream()
                .sorted()
                .toList();
        System.out.printf(
                Locale.ROOT,
                "%-24s CPU of a piece: p50 %.1f us  p99 %.1f us  worst %.1f us%n",
                what,
                sorted.get(sorted.size() / 2) / 1e3,
                sorted.get(sorted.size() * 99 / 100) / 1e3,
                sorted.get(sorted.size() - 1) / 1e3);
    }

    private record Timed<R>(Work<R> work, List<Long> pieces) implements Work<R> {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        @Override
        public boolean piece() {
            long from = THREADS.getCurrentThreadCpuTime();
            boolean more = work.piece();
            pieces.add(THREADS.getCurrentThreadCpuTime() - from);
            return more;
        }

        @Override
        public R result() {
            return work.result();
        }
    }

    private void measure(String what, int port, Context context, Supplier<Future<?>> look) throws Exception {
        AtomicBoolean going = new AtomicBoolean(true);
        AtomicInteger looks = new AtomicInteger();
        if (look != null) {
            context.runOnContext(go -> again(look, looks, going));
        }
        List<long[]> late = new ArrayList<>();
        for (Scheduler each : schedulers) {
            long[] worst = {0};
            late.add(worst);
            ListenerRun.future(each.ingress().call(() -> {
                        beat(worst, System.nanoTime(), going);
                        return true;
                    }))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        }
        long[] trips = echo(port);
        going.set(false);
        System.out.printf(
                Locale.ROOT,
                "%-24s %6d looks  echo p50 %6.0f us  p99 %6.0f us  p99.9 %7.0f us  worst %7.0f us  heartbeat late by %s us%n",
                what,
                looks.get(),
                trips[trips.length / 2] / 1e3,
                trips[(int) (trips.length * 0.99)] / 1e3,
                trips[(int) (trips.length * 0.999)] / 1e3,
                trips[trips.length - 1] / 1e3,
                late.stream().map(each -> each[0] / 1000).toList());
    }

    private static void again(Supplier<Future<?>> look, AtomicInteger looks, AtomicBoolean going) {
        look.get().onComplete(done -> {
            looks.incrementAndGet();
            if (going.get()) {
                again(look, looks, going);
            }
        });
    }

    /** Comes every millisecond on the event loop, and notes how late. */
    private void beat(long[] worst, long due, AtomicBoolean going) {
        worst[0] = Math.max(worst[0], System.nanoTime() - due);
        if (going.get()) {
            long next = System.nanoTime() + 1_000_000;
            vertx.setTimer(1, timer -> beat(worst, next, going));
        }
    }

    private static long[] echo(int port) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setTcpNoDelay(true);
            long[] trips = new long[1_000_000];
            int count = 0;
            for (long end = System.nanoTime() + RUN_NANOS; System.nanoTime() < end && count < trips.length; count++) {
                long from = System.nanoTime();
                client.getOutputStream().write(7);
                client.getInputStream().read();
                trips[count] = System.nanoTime() - from;
            }
            trips = Arrays.copyOf(trips, count);
            Arrays.sort(trips);
            return trips;
        }
    }

    private static <T> T on(Context context, Supplier<Future<T>> work) throws Exception {
        Promise<T> answer = Promise.promise();
        context.runOnContext(go -> work.get().onComplete(answer));
        return await(answer.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
