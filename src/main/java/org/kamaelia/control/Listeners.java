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
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ManagedListener.Origin;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.protocol.OptionsSchema;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;
import org.kamaelia.tcp.ServerControl;
import org.kamaelia.tcp.ServerTls;

/** The listeners and what can be done to them. Confined to the control plane's context. */
final class Listeners {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final List<Scheduler> schedulers;
    private final Protocols protocols;
    private final Policy policy;
    private final Certificates certificates;
    private final Operations operations;
    private final Consumer<? super Event> events;
    private final Map<String, ManagedListener> byName = new TreeMap<>();
    private volatile boolean retrying = true;

    Listeners(
            Vertx vertx,
            Context context,
            List<Scheduler> schedulers,
            Protocols protocols,
            Policy policy,
            Certificates certificates,
            Operations operations,
            Consumer<? super Event> events) {
        this.vertx = vertx;
        this.context = context;
        this.schedulers = schedulers;
        this.protocols = protocols;
        this.policy = policy;
        this.certificates = certificates;
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
            check(options);
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
        check(options);
        refuseWhileDraining(listener);
        if (!listener.isServing()) {
            boolean retried = cancelRetry(listener);
            return listen(listener, options)
                    .onFailure(failure -> {
                        if (retried) {
                            retry(listener, FIRST_RETRY);
                        }
                    })
                    .compose(done -> listener.view());
        }
        if (listener.options.equals(options)) {
            return listener.view();
        }
        List<String> fixed = List.copyOf(listener.options.notLive(options));
        if (fixed.isEmpty()) {
            listener.options = options;
            listener.runs().forEach(run -> run.port().options(options));
            changed(listener, listener.state, listener.reason);
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
        PortRange range = options.portRange();
        boolean samePath = Objects.equals(options.path(), listener.options.path());
        boolean samePort = range == null ? options.port() == port : range.contains(port);
        if (!samePath || (options.path() == null && !samePort)) {
            return listen(listener, options).onSuccess(done -> {
                Future<Void> unused = onContext(replaced.shutDown(null, null));
            });
        }
        ListenerOptions old = listener.options;
        listener.retire(replaced);
        return onContext(replaced.shutDown(null, null))
                .compose(freed -> listenOn(port, listener, options))
                .recover(failure -> listenOn(port, listener, old)
                        .onFailure(again -> failed(listener, again, FIRST_RETRY))
                        .transform(again -> Future.failedFuture(failure)));
    }

    private Future<Void> listen(ManagedListener listener, ListenerOptions options) {
        return listen(listener, options, options);
    }

    /** Listens on one port of those that the options allow. */
    private Future<Void> listenOn(int port, ManagedListener listener, ListenerOptions options) {
        return listen(
                listener,
                options,
                options.path() == null ? options.portRange(null).port(port) : options);
    }

    /**
     * Starts a run, which takes the place of one that there may be.
     *
     * @param options as the operator sees them
     * @param bound the same with the port to have
     */
    private Future<Void> listen(ManagedListener listener, ListenerOptions options, ListenerOptions bound) {
        ListenerState stateBefore = listener.state;
        boolean suspended = stateBefore == ListenerState.SUSPENDED;
        JsonObject complete = protocolOptions(options);
        Protocol protocol = protocol(options);
        ListenPort port = new ListenPort(listener.name, bound, tls(options), protocol.beginsInClear());
        ListenerRun run;
        try {
            run = new ListenerRun(port, protocol, complete, schedulers);
        } catch (RuntimeException refused) {
            notStarted(listener, stateBefore);
            return Future.failedFuture(new ControlFailure(
                    Reason.INVALID, "protocol " + options.protocol() + " cannot serve: " + refused, refused));
        }
        return onContext(run.start(suspended))
                .recover(cause -> {
                    notStarted(listener, stateBefore);
                    return Future.failedFuture(cause instanceof ControlFailure ? cause : failure(bound, cause));
                })
                .map(actual -> {
                    ListenerRun replaced = listener.run;
                    if (replaced != null) {
                        listener.retire(replaced);
                    }
                    listener.options = options;
                    listener.run = run;
                    listener.boundPort = actual;
                    listener.startedAt = Instant.now();
                    changed(listener, suspended ? ListenerState.SUSPENDED : ListenerState.LISTENING, null);
                    run.port().onTrouble(what -> context.runOnContext(told -> troubled(listener, run)));
                    onContext(run.port().draining()).onSuccess(shutdown -> drains(listener, run, shutdown));
                    run.losses()
                            .forEach(loss -> onContext(loss).onSuccess(unasked -> {
                                if (unasked) {
                                    lost(listener, run);
                                }
                            }));
                    onContext(run.ended()).onComplete(done -> ended(listener, run));
                    return null;
                });
    }

    private static void notStarted(ManagedListener listener, ListenerState stateBefore) {
        if (stateBefore == ListenerState.STARTING) {
            listener.state = ListenerState.FAILED;
        }
    }

    /** With defaults, and leading nowhere that the policy does not allow. */
    private JsonObject protocolOptions(ListenerOptions options) {
        Protocol protocol = protocol(options);
        JsonObject complete = OptionsSchema.complete(protocol, options.protocolOptions());
        policy.checkUpstreams(protocol.upstreams(complete));
        return complete;
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

    private void check(ListenerOptions options) {
        JsonObject unused = protocolOptions(options);
        ServerTls unusedToo = tls(options);
        ListenPort.check(options);
    }

    private @Nullable ServerTls tls(ListenerOptions options) {
        return options.tls() == null ? null : certificates.serverTls(options.tls());
    }

    private static ControlFailure failure(ListenerOptions options, Throwable cause) {
        String where = options.address();
        if (ListenPort.isTaken(cause)) {
            String pointer = options.path() != null ? "/path" : options.portRange() == null ? "/port" : "/portRange";
            return ControlFailure.at(pointer, Reason.PORT_TAKEN, where + " is taken: " + cause.getMessage());
        }
        boolean host = cause instanceof UnknownHostException
                || String.valueOf(cause.getMessage()).contains("assign requested address");
        return ControlFailure.at(
                options.path() != null ? "/path" : host ? "/host" : "/port",
                Reason.CANNOT_BIND,
                "cannot listen on " + where + ": " + cause.getMessage());
    }

    // ---- the end of a run

    /** A server of the run has begun to shut down, perhaps at its handler's wish. */
    private void drains(ManagedListener listener, ListenerRun run, ServerShutdown shutdown) {
        if (listener.run != run) {
            return;
        }
        if (listener.isServing()) {
            beginDrain(listener, "drain", shutdown.drainTimeout());
        } else if (listener.drainEnds != null) {
            // The operator asked at the same time.
            listener.drainWithin(drainTimeout(listener, shutdown.drainTimeout()));
        }
    }

    private static Duration drainTimeout(ManagedListener listener, @Nullable Duration asked) {
        return asked == null ? listener.options.drainTimeout() : asked;
    }

    /** A server of the run has ended though nobody wanted that; what happens when it was the last is {@link #ended}'s. */
    private void lost(ManagedListener listener, ListenerRun run) {
        if (run.lost() < run.loops()) {
            troubled(listener, run);
        }
    }

    /** The run serves worse than it should, or better than before. */
    private void troubled(ManagedListener listener, ListenerRun run) {
        if (listener.run == run && listener.isServing()) {
            boolean suspended = listener.state == ListenerState.SUSPENDED;
            serves(listener, run, suspended ? ListenerState.SUSPENDED : ListenerState.LISTENING);
        }
    }

    private void serves(ManagedListener listener, ListenerRun run, ListenerState wanted) {
        String trouble = loss(run) == null ? run.port().trouble() : loss(run);
        boolean degraded = wanted == ListenerState.LISTENING && trouble != null;
        changed(listener, degraded ? ListenerState.DEGRADED : wanted, trouble);
    }

    private static @Nullable String loss(ListenerRun run) {
        return run.lost() == 0
                ? null
                : "the server has ended on " + run.lost() + " of " + run.loops()
                        + " event loops though nobody asked it to: the log has why; serverShutdown, then start, brings"
                        + " it back";
    }

    private Operation beginDrain(ManagedListener listener, String kind, @Nullable Duration drainTimeout) {
        listener.drainWithin(drainTimeout(listener, drainTimeout));
        Operation before = listener.drain;
        boolean sameEnd = listener.forgetAfterDrain == listener.drainForgets;
        Operation operation = before != null && before.isRunning() && sameEnd
                ? before
                : operations.begin(kind, listener.name, listener.open(), listener::open);
        listener.drain = operation;
        listener.drainForgets = listener.forgetAfterDrain;
        changed(listener, ListenerState.DRAINING, null);
        return operation;
    }

    private void ended(ManagedListener listener, ListenerRun run) {
        onContext(run.traffic()).onSuccess(traffic -> {
            boolean unasked = listener.isOver(run, traffic) && listener.isServing();
            if (unasked && run.isLost()) {
                failed(listener, new IllegalStateException(loss(run)), FIRST_RETRY);
            } else if (unasked || (listener.state == ListenerState.DRAINING && listener.isEmpty())) {
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
            if (listener.isEmpty()) {
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
                drained.end("cancelled", "taken over by " + operation.id);
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
        if (listener.isEmpty()) {
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
            if (listener.isServing()) {
                serves(listener, run, wanted);
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
        return inTurn(
                listener,
                () -> listen(listener, options).recover(failure -> {
                    if (required) {
                        return Future.failedFuture(failure);
                    }
                    failed(listener, failure, FIRST_RETRY);
                    return Future.succeededFuture();
                }));
    }

    // ---- failures and the next try

    private void failed(ManagedListener listener, Throwable failure, Duration retryIn) {
        listener.boundPort = -1;
        changed(listener, ListenerState.FAILED, failure.getMessage());
        retry(listener, retryIn);
    }

    private void retry(ManagedListener listener, Duration in) {
        cancelRetry(listener);
        if (!retrying) {
            return;
        }
        listener.retry = vertx.setTimer(
                in.toMillis(),
                timer -> context.runOnContext(
                        nothing -> inTurn(listener, () -> retryNow(listener, timer, in.multipliedBy(2)))));
    }

    /** Tries again, unless something has happened since that was planned. */
    private Future<Void> retryNow(ManagedListener listener, Long timer, Duration next) {
        if (!retrying || !timer.equals(listener.retry)) {
            return Future.succeededFuture();
        }
        listener.retry = null;
        return listen(listener, listener.options).onFailure(again -> {
            failed(listener, again, next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next);
        });
    }

    /** Whether one was planned. */
    private boolean cancelRetry(ManagedListener listener) {
        Long planned = listener.retry;
        listener.retry = null;
        if (planned == null) {
            return false;
        }
        vertx.cancelTimer(planned);
        return true;
    }

    /** What has failed by now stays so. Any thread. */
    void stopRetrying() {
        retrying = false;
    }

    // ---- how

    private void changed(ManagedListener listener, ListenerState state, @Nullable String reason) {
        if (state != ListenerState.FAILED) {
            cancelRetry(listener);
        }
        listener.state = state;
        listener.reason = reason;
        ListenerChanged change = listener.change();
        if (change != null) {
            events.accept(change);
        }
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
