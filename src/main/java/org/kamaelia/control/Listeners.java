package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ManagedListener.Origin;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;
import org.kamaelia.tcp.Secrets;
import org.kamaelia.tcp.ServerControl;

/** The listeners and what can be done to them. Confined to the control plane's context. */
final class Listeners {
    private static final String ASK_FOR_RESTART = "ask with ?restart=true; connections then drain";

    private final Context context;
    private final ListenerFactory factory;
    private final Drains drains;
    private final Retries retries;
    private final Consumer<? super Event> events;
    private final Map<String, ManagedListener> byName = new TreeMap<>();

    /** Of listeners that the configuration starts, and has not yet. */
    private final Set<String> reserved = new HashSet<>();

    /** Those that were kept, each until it is started or left stopped: what else is asked of it waits for that. */
    private final Map<ManagedListener, Promise<Void>> restored = new LinkedHashMap<>();

    private ListenerStore store = ListenerStore.NONE;

    Listeners(
            Vertx vertx,
            Context context,
            List<Loop> loops,
            Protocols protocols,
            Policy policy,
            Certificates certificates,
            Operations operations,
            Consumer<? super Event> events) {
        this.context = context;
        this.factory = new ListenerFactory(loops, protocols, policy, certificates);
        this.drains = new Drains(operations, this::cancelDrain);
        this.retries = new Retries(vertx, context, this::listenAgain);
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
    Future<Started> put(
            String name,
            ListenerOptions options,
            boolean restart,
            Origin origin,
            Expectation expectation,
            Trail trail) {
        ManagedListener known = byName.get(name);
        if (known == null && origin == Origin.API && reserved.contains(name)) {
            throw new ControlFailure(
                            Reason.UNAVAILABLE,
                            "listener \"" + name
                                    + "\" is about to be started as the configuration says: try again then")
                    .retryAfter(Duration.ofSeconds(1));
        }
        if (known == null) {
            expectation.check(name, null);
            ListenerOptions whole = whole(options, new JsonObject());
            ManagedListener made = new ManagedListener(name, origin, whole);
            check(made, whole);
            byName.put(name, made);
            return made.inTurn(() -> leaving(trail, made, () -> create(made)));
        }
        return known.inTurn(() -> {
            if (byName.get(name) != known) {
                return put(name, options, restart, origin, expectation, trail);
            }
            expectation.check(name, known.revision());
            ListenerOptions whole = whole(options, known.options.protocolOptions());
            ListenerOptions granted = known.granted;
            if (origin == Origin.CONFIGURATION) {
                known.granted = whole;
            }
            String remedy = origin == Origin.CONFIGURATION ? byAnotherName(name) : ASK_FOR_RESTART;
            return leaving(trail, known, () -> change(known, whole, restart, remedy))
                    .onFailure(refused -> known.granted = granted)
                    .map(view -> new Started(view, false));
        });
    }

    /** Options with the present secrets where what hides them was sent back. */
    private static ListenerOptions whole(ListenerOptions given, JsonObject present) {
        return given.protocolOptions(Secrets.restore("protocolOptions", given.protocolOptions(), present));
    }

    private Future<Started> create(ManagedListener listener) {
        return listen(listener, listener.options)
                .onFailure(failure -> byName.remove(listener.name, listener))
                .compose(done -> listener.view())
                .map(view -> new Started(view, true));
    }

    /** Changes one; what has stopped stays so. */
    Future<ListenerView> patch(
            String name, JsonObject mergePatch, boolean restart, Expectation expectation, Trail trail) {
        return inTurn(name, expectation, trail, listener -> {
            ListenerOptions patched = whole(listener.options.merge(mergePatch), listener.options.protocolOptions());
            return listener.state == ListenerState.STOPPED
                    ? changeStopped(listener, patched)
                    : change(listener, patched, restart, ASK_FOR_RESTART);
        });
    }

    /** A start begins with these options. */
    private Future<ListenerView> changeStopped(ManagedListener listener, ListenerOptions options) {
        check(listener, options);
        return keep(listener, options, listener.wanted).compose(kept -> {
            listener.options = options;
            // Connections that a cancelled drain has left; what is not live stays theirs.
            listener.runs()
                    .forEach(run -> run.port().options(run.port().options().withLive(options)));
            changed(listener, ListenerState.STOPPED, listener.reason);
            return listener.view();
        });
    }

    /** Does something in the turn of a listener that is still there then, and as expected. */
    private <T> Future<T> inTurn(
            String name, Expectation expectation, Trail trail, Function<ManagedListener, Future<T>> work) {
        ManagedListener listener = find(name);
        return listener.inTurn(() -> {
            if (byName.get(name) != listener) {
                throw new ControlFailure(Reason.NOT_FOUND, "listener \"" + name + "\" went away meanwhile: try again");
            }
            expectation.check(name, listener.revision());
            return leaving(trail, listener, () -> work.apply(listener));
        });
    }

    /** Throws for options that it cannot have, or may not. */
    private void check(ManagedListener listener, ListenerOptions options) {
        allow(listener, options);
        factory.check(options);
    }

    private void allow(ManagedListener listener, ListenerOptions options) {
        if (listener.isUnderPolicy(options)) {
            factory.allow(options);
        }
    }

    /** The remedy of an embedder, whose program has no request to add a parameter to. */
    private static String byAnotherName(String name) {
        return "start another listener with start(\"other\", options), or this one again with control().put(\"" + name
                + "\", options, true); connections then drain";
    }

    private Future<ListenerView> change(
            ManagedListener listener, ListenerOptions options, boolean restart, String remedy) {
        check(listener, options);
        Drains.refuseWhileDraining(listener);
        if (!listener.isServing()) {
            boolean retried = retries.cancel(listener);
            return listen(listener, options)
                    .onFailure(failure -> {
                        if (retried) {
                            retries.plan(listener);
                        }
                    })
                    .compose(done -> listener.view());
        }
        if (listener.options.equals(options)) {
            return listener.view();
        }
        List<String> fixed = List.copyOf(listener.options.notLive(options));
        if (fixed.isEmpty()) {
            return keep(listener, options, listener.wanted).compose(kept -> {
                listener.options = options;
                listener.runs().forEach(run -> run.port().options(options));
                changed(listener, listener.state, listener.reason);
                return listener.view();
            });
        }
        if (!restart) {
            return Future.failedFuture(ControlFailure.at(
                    "/" + fixed.get(0),
                    Reason.RESTART_REQUIRED,
                    String.join(", ", fixed) + " of listener \"" + listener.name + "\" cannot change while it listens: "
                            + remedy));
        }
        return restart(listener, options).compose(done -> listener.view());
    }

    /**
     * Another run takes the place of the present one, whose connections drain once the change is kept and can be made as far
     * as that can be known before. If it fails all the same the old options stay.
     */
    private Future<Void> restart(ManagedListener listener, ListenerOptions options) {
        ListenerRun replaced = Objects.requireNonNull(listener.run);
        int port = listener.boundPort;
        if (!staysWhereItIs(listener, options)) {
            return listen(listener, options).onSuccess(done -> {
                Future<Void> unused = drain(replaced, options);
            });
        }
        ListenerOptions old = listener.options;
        Begin next = prepare(listener, options, on(port, options));
        return keep(listener, options, next.wanted)
                .compose(kept -> {
                    if (listener.run == replaced) { // it may have ended meanwhile
                        listener.retire(replaced);
                    }
                    return drain(replaced, options);
                })
                .compose(freed -> begin(listener, next)
                        .map(actual -> serve(listener, next, actual))
                        .recover(failure -> takeBack(listener, old, port, failure)));
    }

    /** Whether it listens again where it does: at its path, or on its port if that is what the options say or leave open. */
    private static boolean staysWhereItIs(ManagedListener listener, ListenerOptions options) {
        ListenerOptions old = listener.options;
        if (options.path() != null || old.path() != null) {
            return Objects.equals(options.path(), old.path());
        }
        PortRange range = options.portRange();
        if (range != null) {
            return range.contains(listener.boundPort);
        }
        // Still any free one; but what is free on one address need not be on another.
        boolean chosen = options.port() == 0
                && old.port() == 0
                && old.portRange() == null
                && options.host().equals(old.host());
        return chosen || options.port() == listener.boundPort;
    }

    /** Its time-outs are live options: those that come with the restart hold for the connections of before, too. */
    private Future<Void> drain(ListenerRun replaced, ListenerOptions options) {
        return onContext(replaced.shutDown(options.drainTimeout(), options.closeTimeout()));
    }

    /** The change that was kept cannot be made: the listener runs as before. */
    private Future<Void> takeBack(ManagedListener listener, ListenerOptions old, int port, Throwable failure) {
        return ListenerRun.attempt(() -> {
                    Begin again = prepare(listener, old, on(port, old));
                    return begin(listener, again).map(actual -> serve(listener, again, actual));
                })
                .onFailure(cause -> failed(listener, cause))
                .transform(back -> keep(listener, old, listener.wanted))
                .recover(unkept -> Future.failedFuture(new ControlFailure(
                        Reason.NOT_STORED,
                        "listener \"" + listener.name + "\" has its old options again, since " + failure.getMessage()
                                + "; but a restart of the process brings the change back: " + unkept.getMessage(),
                        unkept)))
                .compose(kept -> Future.failedFuture(failure));
    }

    /** One port of those that the options allow. */
    private static ListenerOptions on(int port, ListenerOptions options) {
        return options.path() == null ? options.portRange(null).port(port) : options;
    }

    /** A run that takes the place of the present one, if there is one. */
    private Future<Void> listen(ManagedListener listener, ListenerOptions options) {
        Begin next;
        ListenerState stateBefore = listener.state;
        try {
            next = prepare(listener, options, options);
        } catch (RuntimeException refused) {
            notStarted(listener, stateBefore);
            return Future.failedFuture(refused);
        }
        return begin(listener, next)
                .compose(actual -> keep(listener, options, next.wanted)
                        .recover(failure -> {
                            notStarted(listener, stateBefore);
                            return onContext(next.run.shutDown(Duration.ZERO, null))
                                    .transform(freed -> Future.failedFuture(failure));
                        })
                        .map(kept -> serve(listener, next, actual)));
    }

    /**
     * A run that is about to begin.
     *
     * @param options as the operator sees them
     * @param bound the same with the port to have
     * @param wanted of the listener from then on
     */
    private record Begin(ListenerRun run, ListenerOptions options, ListenerOptions bound, Wanted wanted) {}

    /** Throws for options with which none could begin. */
    private Begin prepare(ManagedListener listener, ListenerOptions options, ListenerOptions bound) {
        allow(listener, options); // which may have been kept under another policy
        Wanted wanted = listener.state == ListenerState.STOPPED ? Wanted.RUNNING : listener.wanted;
        return new Begin(factory.make(listener.name, bound), options, bound, wanted);
    }

    /** Listens; the port. */
    private Future<Integer> begin(ManagedListener listener, Begin next) {
        ListenerState stateBefore = listener.state;
        return onContext(next.run.start(next.wanted == Wanted.SUSPENDED)).recover(cause -> {
            notStarted(listener, stateBefore);
            return Future.failedFuture(ListenerFactory.cannotListen(next.bound, cause));
        });
    }

    /** From now on it is this run that listens. */
    private @Nullable Void serve(ManagedListener listener, Begin next, int port) {
        ListenerRun run = next.run;
        ListenerRun replaced = listener.run;
        if (replaced != null) {
            listener.retire(replaced);
        }
        listener.options = next.options;
        listener.wanted = next.wanted;
        listener.run = run;
        listener.boundPort = port;
        listener.startedAt = Instant.now();
        boolean suspended = next.wanted == Wanted.SUSPENDED;
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
    }

    /** Done when a restart of the process would bring the listener back like this, if it is one that comes back. */
    private Future<Void> keep(ManagedListener listener, ListenerOptions options, Wanted wanted) {
        return listener.origin == Origin.API && !listener.forgetAfterDrain
                ? store.put(new StoredListener(listener.name, options, wanted))
                : Future.succeededFuture();
    }

    private static void notStarted(ManagedListener listener, ListenerState stateBefore) {
        if (stateBefore == ListenerState.STARTING) {
            listener.state = ListenerState.FAILED;
        }
    }

    // ---- the end of a run

    /** A server of the run has begun to shut down, perhaps at its handler's wish. */
    private void drains(ManagedListener listener, ListenerRun run, ServerShutdown shutdown) {
        if (listener.run != run) {
            return;
        }
        if (listener.isServing()) {
            beginDrain(listener, shutdown.drainTimeout());
        } else {
            drains.joined(listener, shutdown);
        }
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

    private void beginDrain(ManagedListener listener, @Nullable Duration drainTimeout) {
        drains.begin(listener, "drain", drainTimeout);
        changed(listener, ListenerState.DRAINING, null);
    }

    private void ended(ManagedListener listener, ListenerRun run) {
        onContext(run.traffic()).onSuccess(traffic -> {
            boolean unasked = listener.isOver(run, traffic) && listener.isServing();
            if (unasked && run.isLost()) {
                failed(listener, new IllegalStateException(loss(run)));
            } else if (unasked || (listener.state == ListenerState.DRAINING && listener.isEmpty())) {
                stopped(listener);
            } else if (listener.state == ListenerState.STOPPED && listener.isEmpty()) {
                changed(listener, ListenerState.STOPPED, null); // nobody is left of a drain that was cancelled
            }
        });
    }

    private void stopped(ManagedListener listener) {
        listener.boundPort = -1;
        drains.ended(listener);
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
            ends.add(listener.inTurn(() -> serverShutdown(listener, drainTimeout, closeTimeout))
                    .transform(done -> Future.join(listener.runs().stream()
                                    .map(ListenerRun::ended)
                                    .toList())
                            .mapEmpty()));
        }
        return Future.join(ends).mapEmpty();
    }

    Future<OperationView> delete(String name, @Nullable Duration drainTimeout, Expectation expectation, Trail trail) {
        return inTurn(
                name,
                expectation,
                trail,
                listener -> store.remove(name).compose(forgotten -> forget(listener, drainTimeout)));
    }

    private Future<OperationView> forget(ManagedListener listener, @Nullable Duration drainTimeout) {
        if (listener.isEmpty()) {
            byName.remove(listener.name, listener);
            changed(listener, ListenerState.STOPPED, "deleted");
            return Future.succeededFuture(drains.deleted(listener.name));
        }
        Operation operation = drains.beginDelete(listener, drainTimeout);
        changed(listener, ListenerState.DRAINING, null);
        return shutDown(listener, drainTimeout, null).map(freed -> operation.view());
    }

    Future<ListenerView> control(
            String name,
            ListenerCommand command,
            @Nullable Duration drainTimeout,
            Expectation expectation,
            Trail trail) {
        return inTurn(name, expectation, trail, listener -> switch (command) {
            case SERVER_SHUTDOWN -> stop(listener, drainTimeout);
            case SUSPEND -> accepting(listener, ServerControl.SUSPEND, ListenerState.SUSPENDED, Wanted.SUSPENDED);
            case RESUME -> accepting(listener, ServerControl.RESUME, ListenerState.LISTENING, Wanted.RUNNING);
            case START -> start(listener);
        });
    }

    private Future<ListenerView> stop(ManagedListener listener, @Nullable Duration drainTimeout) {
        return keep(listener, listener.options, Wanted.STOPPED).compose(kept -> {
            listener.wanted = Wanted.STOPPED;
            return serverShutdown(listener, drainTimeout, null);
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
        beginDrain(listener, drainTimeout);
        return shutDown(listener, drainTimeout, closeTimeout).compose(freed -> listener.view());
    }

    /**
     * Whoever is left goes on without a limit, as beside a run that has taken the place of theirs. The listener has stopped, can
     * be started again, and is not forgotten if that was to come.
     */
    private Future<Void> cancelDrain(ManagedListener listener, Operation operation) {
        return listener.inTurn(() -> {
            Drains.refuseIfCutting(listener, operation);
            Future<Void> kept = listener.origin == Origin.API
                    ? store.put(new StoredListener(listener.name, listener.options, Wanted.STOPPED))
                    : Future.succeededFuture();
            return kept.compose(done -> {
                try {
                    Drains.refuseIfCutting(listener, operation); // it went on meanwhile
                } catch (ControlFailure tooLate) {
                    return forgetAgain(listener).transform(forgotten -> Future.failedFuture(tooLate));
                }
                return goOn(listener, operation);
            });
        });
    }

    /** One that was to be forgotten, unless somebody has made another one of its name. */
    private Future<Void> forgetAgain(ManagedListener listener) {
        ManagedListener present = byName.get(listener.name);
        boolean replaced = present != null && present != listener;
        return listener.forgetAfterDrain && !replaced ? store.remove(listener.name) : Future.succeededFuture();
    }

    private Future<Void> goOn(ManagedListener listener, Operation operation) {
        listener.runs().forEach(run -> run.tell(ServerControl.KEEP_CONNECTIONS));
        listener.forgetAfterDrain = false;
        listener.wanted = Wanted.STOPPED;
        listener.drainEnds = null;
        listener.boundPort = -1;
        operation.end("cancelled", "the listener has stopped; connections that are left may go on");
        changed(
                listener,
                ListenerState.STOPPED,
                "its drain was cancelled: connections that are left go on, start accepts new ones beside them,"
                        + " serverShutdown drains them again");
        return Future.succeededFuture();
    }

    private Future<Void> shutDown(
            ManagedListener listener, @Nullable Duration drainTimeout, @Nullable Duration closeTimeout) {
        for (ListenerRun each : listener.retiring) {
            each.shutDown(drainTimeout, closeTimeout);
        }
        ListenerRun run = listener.run;
        return run == null ? Future.succeededFuture() : onContext(run.shutDown(drainTimeout, closeTimeout));
    }

    private Future<ListenerView> accepting(
            ManagedListener listener, ServerControl message, ListenerState state, Wanted wanted) {
        Drains.refuseWhileDraining(listener);
        ListenerRun run = listener.run;
        if (run == null || !listener.isServing()) {
            throw new ControlFailure(
                    Reason.WRONG_STATE,
                    "listener \"" + listener.name + "\" is " + listener.state.json() + ": start it first");
        }
        return keep(listener, listener.options, wanted)
                .compose(kept -> {
                    listener.wanted = wanted;
                    return onContext(run.tell(message));
                })
                .compose(told -> {
                    if (listener.isServing()) {
                        serves(listener, run, state);
                    }
                    return listener.view();
                });
    }

    private Future<ListenerView> start(ManagedListener listener) {
        Drains.refuseWhileDraining(listener);
        if (listener.state == ListenerState.SUSPENDED) {
            throw new ControlFailure(Reason.WRONG_STATE, "listener \"" + listener.name + "\" is suspended: resume it");
        }
        return listener.isServing() ? listener.view() : change(listener, listener.options, false, ASK_FOR_RESTART);
    }

    // ---- configured listeners

    /** Keeps names for those that {@link #configured} is going to start. */
    void reserve(Set<String> names) {
        reserved.addAll(names);
    }

    /** Starts a configured listener; one that is not required and cannot start is failed and tried again. */
    Future<Void> configured(String name, ListenerOptions options, boolean required, Trail trail) {
        reserved.remove(name);
        ManagedListener listener = new ManagedListener(name, Origin.CONFIGURATION, options);
        byName.put(name, listener);
        return listener.inTurn(() -> leaving(
                trail,
                listener,
                () -> listen(listener, options).recover(failure -> {
                    if (required) {
                        return Future.failedFuture(failure);
                    }
                    failed(listener, failure);
                    return Future.succeededFuture();
                })));
    }

    // ---- kept listeners

    /**
     * From now on keeps what the API makes, and lists what was kept; to be called before anybody asks for anything.
     *
     * @param configured names of the configuration, which overrules what was kept
     */
    void keepIn(ListenerStore listenersKept, Set<String> configured) {
        store = listenersKept;
        new TreeMap<>(store.kept()).forEach((name, stored) -> {
            if (configured.contains(name)) {
                events.accept(new ListenerOverruled(name, store.path(stored)));
                return;
            }
            ManagedListener listener = new ManagedListener(name, Origin.API, stored.options());
            listener.wanted = stored.wanted();
            byName.put(name, listener);
            Promise<Void> begun = Promise.promise();
            restored.put(listener, begun);
            Future<Void> unused = listener.inTurn(begun::future);
        });
    }

    /** Brings back what was kept, one after the other; what cannot start is failed and tried again. */
    Future<Void> startKept() {
        Promise<Void> all = Promise.promise();
        bringBack(restored.entrySet().iterator(), all);
        return all.future();
    }

    private void bringBack(Iterator<Map.Entry<ManagedListener, Promise<Void>>> left, Promise<Void> all) {
        while (left.hasNext()) {
            Map.Entry<ManagedListener, Promise<Void>> next = left.next();
            left.remove();
            Future<Void> begun = bringBack(next.getKey()).onComplete(next.getValue());
            if (!begun.isComplete()) {
                begun.onComplete(done -> bringBack(left, all));
                return;
            }
        }
        all.complete();
    }

    private Future<Void> bringBack(ManagedListener listener) {
        if (listener.wanted == Wanted.STOPPED) {
            changed(listener, ListenerState.STOPPED, null);
            return Future.succeededFuture();
        }
        return listen(listener, listener.options).recover(failure -> {
            failed(listener, failure);
            return Future.succeededFuture();
        });
    }

    // ---- failures and the next try

    private void failed(ManagedListener listener, Throwable failure) {
        hasFailed(listener, failure);
        retries.plan(listener);
    }

    private void hasFailed(ManagedListener listener, Throwable failure) {
        listener.boundPort = -1;
        changed(listener, ListenerState.FAILED, failure.getMessage());
    }

    private Future<Void> listenAgain(ManagedListener listener, Duration next) {
        return listen(listener, listener.options).onFailure(again -> {
            hasFailed(listener, again);
            retries.plan(listener, next);
        });
    }

    /** What has failed by now stays so. Any thread. */
    void stopRetrying() {
        retries.stop();
    }

    // ---- how

    private void changed(ManagedListener listener, ListenerState state, @Nullable String reason) {
        if (state != ListenerState.FAILED) {
            retries.cancel(listener);
        }
        listener.state = state;
        listener.reason = reason;
        ListenerChanged change = listener.change();
        if (change != null) {
            events.accept(change);
        }
    }

    /** The trail is left within the turn: what it tells is what this work did, and nothing else. */
    private <T> Future<T> leaving(Trail trail, ManagedListener listener, Supplier<Future<T>> work) {
        trail.before(given(listener));
        return ListenerRun.attempt(work).onSuccess(done -> trail.after(given(listener)));
    }

    /** What it is told to be, and whether it is; null if it is not yet, or no longer. */
    private @Nullable JsonObject given(ManagedListener listener) {
        boolean there = byName.get(listener.name) == listener && listener.state != ListenerState.STARTING;
        return there ? new JsonObject().mergeIn(listener.options.shown()).put("state", listener.state.json()) : null;
    }

    private <T> Future<T> onContext(Future<T> future) {
        return OnContext.of(context, future);
    }
}
