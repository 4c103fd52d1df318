package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.ServerCore;
import org.kamaelia.component.Component;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.Signal;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.ServerControl;
import org.kamaelia.tcp.TcpServer;

/**
 * One life of a listener, from its start to the end of its last connection: a {@link ServerCore} with its
 * {@link TcpServer} on every event loop, on one port. What it tells them goes to their {@code control}
 * boxes. Any thread.
 */
final class ListenerRun {
    private final ListenPort port;
    private final List<Part> parts = new ArrayList<>();
    private final List<Future<Boolean>> losses;
    private final Future<Void> ended;
    private volatile TcpServer.Traffic lastTraffic = TcpServer.Traffic.NONE;

    /** Somebody wants its end. */
    private volatile boolean shutDown;

    private volatile boolean lost;

    /** The share of one event loop. */
    private static final class Part {
        final Scheduler scheduler;
        final ServerCore core;
        final Promise<Void> ended = Promise.promise();

        Part(Scheduler scheduler, ServerCore core) {
            this.scheduler = scheduler;
            this.core = core;
            core.completion().onComplete(done -> ended.tryComplete());
        }

        TcpServer server() {
            return core.server();
        }

        /** Listens; fails if it cannot, or has ended before it could. */
        Future<Integer> start() {
            Promise<Integer> listens = Promise.promise();
            server().bound().onComplete(bound -> {
                if (bound.succeeded()) {
                    listens.tryComplete(bound.result());
                } else {
                    listens.tryFail(bound.cause());
                }
            });
            ended.future().onComplete(done -> listens.tryFail(stopped()));
            future(scheduler.ingress().activate(core))
                    .onSuccess(outcome -> {
                        if (outcome == Outcome.FULL) {
                            listens.tryFail(busy());
                        }
                        if (outcome != Outcome.DELIVERED) {
                            ended.tryComplete();
                        }
                    })
                    .onFailure(failure -> {
                        listens.tryFail(failure);
                        ended.tryComplete();
                    });
            return listens.future();
        }

        private static ControlFailure busy() {
            return new ControlFailure(
                    Reason.UNAVAILABLE,
                    "the event loop is not keeping up with what it is asked to do; try again later");
        }

        private static ControlFailure stopped() {
            return new ControlFailure(Reason.UNAVAILABLE, "the event loop has stopped: nothing new is started");
        }

        /** Whether its event loop still serves. */
        Future<Boolean> isLoopAlive() {
            return future(scheduler.ingress().call(() -> true)).otherwise(false);
        }
    }

    ListenerRun(ListenPort port, Protocol protocol, JsonObject complete, List<Loop> loops) {
        this.port = port;
        Function<ConnectionInfo, Component> handlers = protocol.serve(port.listener(), complete);
        for (Loop each : loops) {
            parts.add(new Part(each.scheduler(), new ServerCore(new TcpServer(port, each.connections()), handlers)));
        }
        this.losses = parts.stream().map(this::loss).toList();
        this.ended = Future.join(losses).mapEmpty();
    }

    private Future<Boolean> loss(Part part) {
        return part.ended
                .future()
                .compose(done -> part.isLoopAlive())
                .map(alive -> alive && !shutDown && !port.draining().isComplete())
                .onSuccess(unasked -> lost |= unasked);
    }

    /**
     * Listens on every event loop.
     *
     * @param suspended whether to accept nobody until it is told to resume
     * @return the port; failed, and nothing left behind, if any of them cannot
     */
    Future<Integer> start(boolean suspended) {
        List<Future<Integer>> bound = parts.stream().map(Part::start).toList();
        if (suspended) {
            // Right behind the start: it is obeyed before anybody is accepted.
            tell(ServerControl.SUSPEND);
        }
        return Future.join(bound)
                .transform(all -> all.succeeded() ? bound.get(0) : stopAfter(bound))
                .map(actual -> actual);
    }

    private Future<Integer> stopAfter(List<Future<Integer>> bound) {
        Throwable cause = bound.stream()
                .filter(Future::failed)
                .map(Future::cause)
                .findFirst()
                .orElseThrow();
        shutDown(Duration.ZERO, null);
        return ended.transform(done -> Future.failedFuture(cause));
    }

    ListenPort port() {
        return port;
    }

    /** When the last of its connections has ended. */
    Future<Void> ended() {
        return ended;
    }

    /**
     * One future for each event loop: it completes when nothing of this run is left there, with true if nobody had asked for
     * that.
     */
    List<Future<Boolean>> losses() {
        return losses;
    }

    /** How many of the event loops serve no more. */
    long lost() {
        return parts.stream().filter(part -> part.ended.future().isComplete()).count();
    }

    /** Whether any of them has ended though nobody asked for that; once all have ended. */
    boolean isLost() {
        return lost;
    }

    int loops() {
        return parts.size();
    }

    /**
     * Gives the port back and drains.
     *
     * @param drainTimeout null for the listener's own
     * @param closeTimeout null for the listener's own
     * @return when nothing listens on the port any more
     */
    Future<Void> shutDown(@Nullable Duration drainTimeout, @Nullable Duration closeTimeout) {
        shutDown = true;
        tell(new ServerShutdown(drainTimeout, closeTimeout, CloseCause.OPERATOR));
        return port.freed();
    }

    /** Puts a signal into the {@code control} box of every server; done when they have acted on it. */
    Future<Void> tell(Signal signal) {
        List<Future<Void>> told = new ArrayList<>();
        for (Part part : parts) {
            CompletionStage<Outcome> delivered =
                    part.scheduler.ingress().deliver(part.server().control(), signal);
            told.add(future(delivered.thenCompose(
                            outcome -> part.scheduler.ingress().call(() -> outcome)))
                    .mapEmpty());
        }
        return Future.join(told).otherwiseEmpty().mapEmpty();
    }

    /** What has gone through, as of now. */
    Future<TcpServer.Traffic> traffic() {
        return onEach(server -> server.traffic()).map(all -> {
            if (!all.isEmpty()) {
                lastTraffic = all.stream().reduce(TcpServer.Traffic.NONE, TcpServer.Traffic::plus);
            }
            return lastTraffic;
        });
    }

    /** Asks every server on its own event loop; without those whose scheduler has stopped. */
    <R> Future<List<R>> onEach(Function<TcpServer, R> question) {
        List<Future<R>> answers = new ArrayList<>();
        for (Part part : parts) {
            answers.add(future(part.scheduler.ingress().call(() -> question.apply(part.server()))));
        }
        return Future.join(answers)
                .transform(done -> Future.succeededFuture(answers.stream()
                        .filter(Future::succeeded)
                        .map(Future::result)
                        .toList()));
    }

    static <R> Future<R> future(CompletionStage<R> stage) {
        Promise<R> promise = Promise.promise();
        stage.whenComplete((result, failure) -> {
            if (failure == null) {
                promise.complete(result);
            } else {
                promise.fail(failure);
            }
        });
        return promise.future();
    }

    /** Runs work, turning what it throws into a failed future. */
    static <R> Future<R> attempt(Supplier<Future<R>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
