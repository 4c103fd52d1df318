package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.kamaelia.component.Scheduler;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.Unplugged;

/** Event loops that a test drives by hand, with connections that have no sockets, and the plane's context beside them. */
final class DrivenLoops implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final List<Side> sides = new ArrayList<>();
    final List<Loop> loops;
    final Connections connections;

    /** The time of all of them. */
    long now = 1;

    /** One event loop, and what is open there. */
    final class Side {
        final Scheduler scheduler = new Scheduler(() -> now, Scheduler.Host.NONE, event -> {});
        final List<ConnectedSocketAdapter> open = new ArrayList<>();
        Unplugged unplugged;

        ConnectedSocketAdapter open(String address) {
            ConnectedSocketAdapter opened = unplugged.open(address);
            open.add(opened);
            return opened;
        }

        void close(int which) {
            unplugged.close(open.remove(which));
        }

        /** A few steps. */
        void run() {
            scheduler.run(0);
        }

        long steps() {
            return scheduler.counters().steps();
        }
    }

    DrivenLoops(int count) {
        for (int i = 0; i < count; i++) {
            sides.add(new Side());
        }
        loops = Loop.of(sides.stream().map(side -> side.scheduler).toList());
        for (int i = 0; i < count; i++) {
            Side side = sides.get(i);
            // However long a test's time runs while it waits for another thread.
            ListenerOptions patient = ListenerOptions.of("echo").idleTimeout(Duration.ZERO);
            side.unplugged = new Unplugged(side.scheduler, loops.get(i).connections(), patient);
        }
        connections = new Connections(context, loops, new ClosedConnections(), new Turns());
    }

    List<ConnectedSocketAdapter> open() {
        return sides.stream().flatMap(side -> side.open.stream()).toList();
    }

    void run() {
        sides.forEach(Side::run);
    }

    /** Asks on the plane's context. */
    <T> Future<T> ask(Supplier<Future<T>> work) {
        Promise<T> answer = Promise.promise();
        context.runOnContext(go -> ListenerRun.attempt(work).onComplete(answer));
        return answer.future();
    }

    /** Drives the event loops until there is an answer. */
    <T> T answer(Future<T> asked, Runnable meanwhile) {
        settle(asked, meanwhile);
        if (asked.failed()) {
            throw new AssertionError(asked.cause());
        }
        return asked.result();
    }

    <T> T answer(Future<T> asked) {
        return answer(asked, () -> {});
    }

    /** Drives the event loops until it has failed. */
    ControlFailure failure(Future<?> asked) {
        settle(asked, () -> {});
        return (ControlFailure) asked.cause();
    }

    private void settle(Future<?> asked, Runnable meanwhile) {
        while (!asked.isComplete()) {
            meanwhile.run();
            run();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
