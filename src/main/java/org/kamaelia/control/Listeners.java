package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ManagedListener.Origin;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.protocol.OptionsSchema;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ServerControl;

/** The listeners and what can be done to them. Confined to the control plane's context. */
final class Listeners {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final List<Scheduler> schedulers;
    private final Protocols protocols;
    private final Operations operations;
    private final Consumer<? super Event> events;
    private final Map<String, ManagedListener> byName = new TreeMap<>();

    Listeners(
            Vertx vertx,
            Context context,
            List<Scheduler> schedulers,
            Protocols protocols,
            Operations operations,
            Consumer<? super Event> events) {
        this.vertx = vertx;
        this.context = context;
        this.schedulers = schedulers;
        this.protocols = protocols;
        this.operations = operations;
        this.events = events;
    }

    List<ManagedListener> all() {
        return new ArrayList<>(byName.values());
    }

    ManagedListener find(String name) {
        ManagedListener listener = byName.get(name);
        if (listener == null) {
            throw new ControlFailure(
                    Reason.NOT_FOUND,
                    "listener \"" + name + "\" is unknown; there "
                            + (byName.isEmpty() ? "is none" : "are " + byName.keySet()));
        }
        return listener;
    }

    // ---- put and patch

    /** Creates, changes or restarts; one after the other for each listener. */
    Future<Started> put(String name, ListenerOptions options, boolean restart, Origin origin) {
        ManagedListener known = byName.get(name);
        if (known == null) {
            checkProtocol(options);
            ManagedListener made = new ManagedListener(name, origin, options);
            byName.put(name, made);
            return inTurn(made, () -> create(made));
        }
        return inTurn(known, () -> change(known, options, restart)).map(view -> new Started(view, false));
    }

    private Future<Started> create(ManagedListener listener) {
        return listen(listener, listener.options)
                .onFailure(failure -> byName.remove(listener.name, listener))
                .compose(done -> listener.view())
                .map(view -> new Started(view, true));
    }

    Future<ListenerView> patch(String name, JsonObject mergePatch, boolean restart, Consumer<ListenerOptions> policy) {
        ManagedListener listener = find(name);
        return inTurn(listener, () -> {
            ListenerOptions patched = listener.options.merge(mergePatch);
            policy.accept(patched);
            return change(listener, patched, restart);
        });
    }

    private Future<ListenerView> change(ManagedListener listener, ListenerOptions options, boolean restart) {
        if (byName.get(listener.name) != listener) {
            return Future.failedFuture(new ControlFailure(
                    Reason.NOT_FOUND, "listener \"" + listener.name + "\" went away meanwhile: try again"));
        }
        checkProtocol(options);
        refuseWhileDraining(listener);
        if (!listener.isServing()) {
            return listen(listener, options).compose(done -> listener.view());
        }
        if (listener.options.equals(options)) {
            return listener.view();
        }
        List<String> fixed = List.copyOf(listener.options.notLive(options));
        if (fixed.isEmpty()) {
            listener.options = options;
            listener.runs().forEach(run -> run.port().options(options));
            changed(listener, listener.state, null);
            return listener.view();
        }
        if (!restart) {
            return Future.failedFuture(ControlFailure.at(
                    "/" + fixed.get(0),
                    Reason.RESTART_REQUIRED,
                    String.join(", ", fixed) + " of listener \"" + listener.name
                            + "\" cannot change while it listens: ask with ?restart=true; connections then drain"));
        }
        return restart(listener, options).compose(done -> listener.view());
    }

    /** Another run takes the place of the present one, whose connections drain. If that fails the old options stay. */
    private Future<Void> restart(ManagedListener listener, ListenerOptions options) {
        ListenerRun replaced = Objects.requireNonNull(listener.run);
        int port = listener.boundPort;
        if (options.port() != port) {
            return listen(listener, options).onSuccess(done -> {
                Future<Void> unused = retire(listener, replaced);
            });
        }
        ListenerOptions old = listener.options;
        return retire(listener, replaced)
                .compose(freed -> listen(listener, options))
                .recover(failure -> listen(listener, old.portRange(null).port(port))
                        .onSuccess(again -> listener.options = old)
                        .onFailure(again -> failed(listener, again, FIRST_RETRY))
                        .transform(again -> Future.failedFuture(failure)));
    }

    /** A run gives its port back and drains while another takes its place; done when the port is free. */
    private Future<Void> retire(ManagedListener listener, ListenerRun replaced) {
        listener.retiring.add(replaced);
        if (listener.run == replaced) {
            listener.run = null;
        }
        return onContext(replaced.shutDown(null, null));
    }

    private Future<Void> listen(ManagedListener listener, ListenerOptions options) {
        ListenerState stateBefore = listener.state;
        JsonObject complete = OptionsSchema.complete(protocol(options), options.protocolOptions());
        ListenerRun run = new ListenerRun(listener.name, options, protocol(options), complete, schedulers);
        return onContext(run.start())
                .recover(cause -> {
                    if (stateBefore == ListenerState.STARTING) {
                        listener.state = ListenerState.FAILED;
                    }
                    return Future.failedFuture(failure(options, cause));
                })
                .map(port -> {
                    listener.options = options;
                    listener.run = run;
                    listener.boundPort = port;
                    listener.startedAt = Instant.now();
                    changed(listener, ListenerState.LISTENING, null);
                    onContext(run.port().draining()).onSuccess(shutdown -> drains(listener, run));
                    onContext(run.ended()).onComplete(done -> ended(listener, run));
                    return null;
                });
    }

    private Protocol protocol(ListenerOptions options) {
        Protocol protocol = protocols.find(options.protocol());
        if (protocol == null) {
            throw ControlFailure.at(
                    "/protocol",
                    Reason.INVALID,
                    "protocol \"" + options.protocol() + "\" is unknown: use one of " + protocols.names());
        }
        return protocol;
    }

    private void checkProtocol(ListenerOptions options) {
        JsonObject unused = OptionsSchema.complete(protocol(options), options.protocolOptions());
    }

    private static ControlFailure failure(ListenerOptions options, Throwable cause) {
        String where = options.host() + ":" + (options.portRange() == null ? options.port() : options.portRange());
        if (ListenPort.isTaken(cause)) {
            String pointer = options.portRange() == null ? "/port" : "/portRange";
            return ControlFailure.at(pointer, Reason.PORT_TAKEN, where + " is taken: " + cause.getMessage());
        }
        boolean host = cause instanceof UnknownHostException
                || String.valueOf(cause.getMessage()).contains("assign requested address");
        return ControlFailure.at(
                host ? "/host" : "/port", Reason.CANNOT_BIND, "cannot listen on " + where + ": " + cause.getMessage());
    }

    // ---- the end of a run

    /** A server of the run has begun to shut down, perhaps at its handler's wish. */
    private void drains(ManagedListener listener, ListenerRun run) {
        if (listener.run != run || !listener.isServing()) {
            return;
        }
        beginDrain(listener, "drain", null);
    }

    private Operation beginDrain(ManagedListener listener, String kind, @Nullable Duration drainTimeout) {
        Duration timeout = drainTimeout == null ? listener.options.drainTimeout() : drainTimeout;
        Instant ends = Instant.now().plus(timeout);
        listener.drainEnds = ends;
        Operation before = listener.drain;
        Operation operation = before != null && before.isRunning() && !kind.equals("delete")
                ? before
                : operations.begin(kind, listener.name, listener.open(), listener::open);
        listener.drain = operation;
        changed(listener, ListenerState.DRAINING, null);
        return operation;
    }

    private void ended(ManagedListener listener, ListenerRun run) {
        onContext(run.traffic()).onSuccess(traffic -> {
            if (listener.isOver(run, traffic)) {
                stopped(listener);
            }
        });
    }

    private void stopped(ManagedListener listener) {
        listener.boundPort = -1;
        listener.drainEnds = null;
        if (listener.drain != null) {
            listener.drain.end("done", null);
        }
        if (listener.forgetAfterDrain) {
            byName.remove(listener.name, listener);
        }
        changed(listener, ListenerState.STOPPED, null);
    }

    // ---- commands

    /**
     * Shuts every listener down.
     *
     * @return when the last connection has ended
     */
    Future<Void> shutDownAll(Duration drainTimeout, Duration closeTimeout) {
        List<Future<Void>> ends = new ArrayList<>();
        for (ManagedListener listener : all()) {
            ends.add(inTurn(listener, () -> serverShutdown(listener, drainTimeout, closeTimeout))
                    .transform(done -> Future.join(listener.runs().stream()
                                    .map(ListenerRun::ended)
                                    .toList())
                            .mapEmpty()));
        }
        return Future.join(ends).mapEmpty();
    }

    Future<OperationView> delete(String name, @Nullable Duration drainTimeout) {
        ManagedListener listener = find(name);
        return inTurn(listener, () -> {
            if (listener.run == null) {
                Operation operation = operations.begin("delete", name, 0, () -> 0);
                byName.remove(name, listener);
                operation.end("done", null);
                changed(listener, ListenerState.STOPPED, "deleted");
                return Future.succeededFuture(operation.view());
            }
            listener.forgetAfterDrain = true;
            Operation drained = listener.drain;
            Operation operation = beginDrain(listener, "delete", drainTimeout);
            if (drained != null && drained != operation) {
                drained.end("done", "taken over by " + operation.id);
            }
            return shutDown(listener, drainTimeout, null).map(freed -> operation.view());
        });
    }

    Future<ListenerView> control(String name, ListenerCommand command, @Nullable Duration drainTimeout) {
        ManagedListener listener = find(name);
        return inTurn(listener, () -> switch (command) {
            case SERVER_SHUTDOWN -> serverShutdown(listener, drainTimeout, null);
            case SUSPEND -> accepting(listener, ServerControl.SUSPEND, ListenerState.SUSPENDED);
            case RESUME -> accepting(listener, ServerControl.RESUME, ListenerState.LISTENING);
            case START -> start(listener);
        });
    }

    private Future<ListenerView> serverShutdown(
            ManagedListener listener, @Nullable Duration drainTimeout, @Nullable Duration closeTimeout) {
        if (listener.run == null) {
            if (listener.state != ListenerState.STOPPED) {
                changed(listener, ListenerState.STOPPED, null);
            }
            return listener.view();
        }
        Operation unused = beginDrain(listener, "drain", drainTimeout);
        return shutDown(listener, drainTimeout, closeTimeout).compose(freed -> listener.view());
    }

    private Future<Void> shutDown(
            ManagedListener listener, @Nullable Duration drainTimeout, @Nullable Duration closeTimeout) {
        for (ListenerRun each : listener.retiring) {
            each.shutDown(drainTimeout, closeTimeout);
        }
        ListenerRun run = listener.run;
        return run == null ? Future.succeededFuture() : onContext(run.shutDown(drainTimeout, closeTimeout));
    }

    private Future<ListenerView> accepting(ManagedListener listener, ServerControl message, ListenerState wanted) {
        refuseWhileDraining(listener);
        ListenerRun run = listener.run;
        if (run == null || !listener.isServing()) {
            throw new ControlFailure(
                    Reason.WRONG_STATE,
                    "listener \"" + listener.name + "\" is " + listener.state.json() + ": start it first");
        }
        return onContext(run.tell(message)).compose(told -> {
            if (listener.state != wanted && listener.isServing()) {
                changed(listener, wanted, null);
            }
            return listener.view();
        });
    }

    private Future<ListenerView> start(ManagedListener listener) {
        refuseWhileDraining(listener);
        if (listener.state == ListenerState.SUSPENDED) {
            throw new ControlFailure(Reason.WRONG_STATE, "listener \"" + listener.name + "\" is suspended: resume it");
        }
        return listener.isServing() ? listener.view() : change(listener, listener.options, false);
    }

    private static void refuseWhileDraining(ManagedListener listener) {
        if (listener.state == ListenerState.DRAINING) {
            Duration left = listener.drainLeft();
            throw new ControlFailure(
                            Reason.DRAINING,
                            "listener \"" + listener.name + "\" is draining: try again when it has stopped, or end it"
                                    + " sooner with serverShutdown and a shorter drainTimeout")
                    .retryAfter(left.compareTo(SOON) < 0 ? SOON : left);
        }
    }

    /** The connections that are left go on without a limit. */
    OperationView cancel(Operation operation) {
        ManagedListener listener = byName.get(operation.target);
        if (listener == null || listener.drain != operation || !operation.isRunning()) {
            throw new ControlFailure(Reason.WRONG_STATE, "operation " + operation.id + " has ended: nothing to cancel");
        }
        if (listener.drainLeft().isZero()) {
            throw new ControlFailure(
                    Reason.WRONG_STATE,
                    "operation " + operation.id + " is past its drainTimeout: connections are being closed");
        }
        listener.runs().forEach(run -> run.tell(ServerControl.KEEP_CONNECTIONS));
        listener.drainEnds = null;
        operation.end("cancelled", "the port is closed; connections that are left may go on");
        return operation.view();
    }

    // ---- configured listeners

    /** Starts a configured listener; one that is not required and cannot start is failed and tried again. */
    Future<Void> configured(String name, ListenerOptions options, boolean required) {
        ManagedListener listener = new ManagedListener(name, Origin.CONFIGURATION, options);
        byName.put(name, listener);
        Future<Void> started = inTurn(listener, () -> listen(listener, options));
        return started.recover(failure -> {
            if (required) {
                return Future.failedFuture(ofListener(name, failure));
            }
            failed(listener, failure, FIRST_RETRY);
            return Future.succeededFuture();
        });
    }

    private static Throwable ofListener(String name, Throwable failure) {
        return failure instanceof ControlFailure known
                ? new ControlFailure(known.reason(), "listener \"" + name + "\": " + known.message(), known)
                : failure;
    }

    private void failed(ManagedListener listener, Throwable failure, Duration retryIn) {
        changed(listener, ListenerState.FAILED, failure.getMessage());
        vertx.setTimer(
                retryIn.toMillis(),
                timer -> context.runOnContext(nothing -> {
                    if (byName.get(listener.name) != listener || listener.state != ListenerState.FAILED) {
                        return;
                    }
                    inTurn(
                                    listener,
                                    () -> listener.state == ListenerState.FAILED
                                            ? listen(listener, listener.options)
                                            : Future.succeededFuture())
                            .onFailure(again -> {
                                Duration doubled = retryIn.multipliedBy(2);
                                failed(listener, again, doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled);
                            });
                }));
    }

    // ---- how

    private void changed(ManagedListener listener, ListenerState state, @Nullable String reason) {
        listener.state = state;
        listener.reason = reason;
        events.accept(listener.change());
    }

    private <T> Future<T> inTurn(ManagedListener listener, Supplier<Future<T>> work) {
        Future<T> mine = listener.tail.transform(before -> ListenerRun.attempt(work));
        listener.tail = mine;
        return mine.recover(failure -> Future.failedFuture(
                failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }

    private <T> Future<T> onContext(Future<T> future) {
        return OnContext.of(context, future);
    }
}
