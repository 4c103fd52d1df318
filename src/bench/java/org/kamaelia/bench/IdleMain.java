package org.kamaelia.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.Signal;
import org.kamaelia.eventloop.SchedulerVerticle;

/**
 * The main class of a process that fills the scheduler of one event loop with idle components and then waits: {@code
 * IdleMain <kind> <count>}. What it found is a line of JSON that begins with {@link #FOUND}.
 */
final class IdleMain {

    static final String FOUND = "found ";

    /** So many are made in one cycle, lest the event loop be blocked. */
    private static final int SLICE = 10_000;

    private static final long PATIENCE_SECONDS = 120;
    private static final long SETTLE_MILLIS = 1_000;
    private static final long IDLE_MILLIS = 2_000;

    private final Scheduler scheduler;
    private final Kind kind;
    private @Nullable Component last;

    private IdleMain(Scheduler scheduler, Kind kind) {
        this.scheduler = scheduler;
        this.kind = kind;
    }

    /** What is counted. */
    enum Kind {
        PLAIN {
            @Override
            Component make(@Nullable Component neighbour) {
                return new Plain((Plain) neighbour);
            }
        },
        REACTOR {
            @Override
            Component make(@Nullable Component neighbour) {
                return new Bare();
            }
        };

        abstract Component make(@Nullable Component neighbour);
    }

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        SchedulerVerticle verticle = new SchedulerVerticle(System.err::println);
        VertxLoops.await(vertx.deployVerticle(verticle));
        IdleMain idle = new IdleMain(verticle.scheduler(), Kind.valueOf(arguments[0]));
        System.out.println(FOUND + idle.measure(Integer.parseInt(arguments[1])).encode());
        // Undeploying would end the components, one after the other.
        Runtime.getRuntime().halt(0);
    }

    private JsonObject measure(int count) throws Exception {
        long before = liveHeap();
        for (int made = 0; made < count; made += SLICE) {
            int slice = Math.min(SLICE, count - made);
            onLoop(() -> {
                for (int i = 0; i < slice; i++) {
                    Component next = kind.make(last);
                    scheduler.activate(next);
                    last = next;
                }
                return slice;
            });
        }
        while (onLoop(scheduler::counters).awake() > 0) {
            // each has a first step to take, and may make more of itself in it
        }
        long loop = onLoop(() -> Thread.currentThread().getId());
        long bytes = liveHeap() - before;
        return idle(loop)
                .put("kind", kind.name())
                .put("components", onLoop(scheduler::counters).active())
                .put("bytesEach", bytes / (double) count);
    }

    /** @param loop the id of the event loop's thread */
    private static JsonObject idle(long loop) throws Exception {
        Thread.sleep(SETTLE_MILLIS);
        long pid = ProcessHandle.current().pid();
        CpuTime processBefore = CpuTime.of(pid);
        long loopBefore = ManagementFactory.getThreadMXBean().getThreadCpuTime(loop);
        Thread.sleep(IDLE_MILLIS);
        long loopNanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(loop) - loopBefore;
        long processNanos = CpuTime.of(pid).nanosSince(processBefore);
        return new JsonObject()
                .put("idleMillis", IDLE_MILLIS)
                .put("loopCpuMicros", TimeUnit.NANOSECONDS.toMicros(loopNanos))
                .put("processCpuMicros", TimeUnit.NANOSECONDS.toMicros(processNanos));
    }

    /** Also drops what an earlier collection left to be dropped. */
    private static long liveHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private <R> R onLoop(Supplier<R> work) throws Exception {
        return scheduler.ingress().call(work).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Four boxes; what it sends goes to its neighbour. */
    private static final class Plain extends Component {
        private final Inbox<Integer> in = inbox("inbox", Integer.class);
        private final Outbox<Integer> out = outbox("outbox", Integer.class);
        private final Inbox<Signal> control = control();
        private final Outbox<Signal> signal = signal();

        Plain(@Nullable Plain neighbour) {
            if (neighbour != null) {
                link(out, neighbour.in);
                link(signal, neighbour.control);
            }
        }

        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    /** With what its class makes, and nothing more. */
    private static final class Bare extends Reactor {}
}
