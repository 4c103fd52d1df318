package org.kamaelia;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.AuditFile;
import org.kamaelia.control.ConnectionPage;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.EventBusDoor;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.Located;
import org.kamaelia.control.StateDirectory;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.observe.EventLog;
import org.kamaelia.observe.LogbackLevels;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;

/**
 * Component-based TCP servers on the caller's {@link Vertx}: one scheduler verticle per event loop, and
 * the listeners that share them. It never closes the Vertx. Any thread; futures complete on the caller's
 * context.
 *
 * <pre>{@code
 * Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
 * kamaelia.protocol(Protocol.of("shout", connection -> new Shout()));
 * kamaelia.start(ListenerOptions.of("shout").port(7000));
 * }</pre>
 */
public final class Kamaelia {
    /** For connections that were aborted when their time was up to be told and counted, before what is left is cut off. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final Vertx vertx;
    private final KamaeliaOptions options;
    private final Protocols protocols = Protocols.found();
    private final Consumer<Event> log = new EventLog();
    private final Promise<Kamaelia> opened = Promise.promise();

    // Guarded by this.
    private boolean opening;
    private @Nullable Future<Void> closed;

    private volatile @Nullable ControlPlane control;
    private volatile AdminPlane.@Nullable Running admin;
    private volatile EventBusDoor.@Nullable Open busDoor;
    private volatile @Nullable String deployment;
    private volatile @Nullable Certificates certificates;
    private volatile @Nullable AuditFile audit;
    private volatile @Nullable StateDirectory state;
    private volatile boolean ending;

    private Kamaelia(Vertx vertx, KamaeliaOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    /** Prepares; nothing runs before {@link #open()} or {@link #start}. */
    public static Kamaelia create(Vertx vertx, KamaeliaOptions options) {
        return new Kamaelia(vertx, options);
    }

    /**
     * Adds a protocol that listeners can speak, beside those that {@link ServiceLoader} finds.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    public Kamaelia protocol(Protocol protocol) {
        protocols.register(protocol);
        return this;
    }

    /**
     * Deploys the scheduler verticles, starts the control plane if one is configured, then the configured
     * listeners. Asked again it answers the same, until it is closed.
     *
     * @return fails, with nothing left running, if a required listener or the control plane cannot start, or if it is
     *     closed or shut down meanwhile; with {@link ControlFailure} once it is closed
     */
    public Future<Kamaelia> open() {
        synchronized (this) {
            if (closed != null) {
                return Future.failedFuture(
                        new ControlFailure(Reason.UNAVAILABLE, "this Kamaelia has been closed: create another"));
            }
            if (opening) {
                return opened.future();
            }
            opening = true;
        }
        // The plane first: what is wrong with it shows before a port is opened.
        openState()
                .compose(opened -> loadCertificates())
                .compose(this::deploy)
                .compose(this::openAudit)
                .compose(plane -> keepListeners(plane).map(plane))
                .compose(plane -> startAdmin(plane).map(plane))
                .compose(plane -> openBusDoor(plane).map(plane))
                .compose(this::startListeners)
                .compose(plane -> plane.startKept().map(plane))
                .onSuccess(ControlPlane::opened)
                .recover(failure -> end().transform(done -> Future.failedFuture(failure)))
                .map(this)
                .onComplete(opened);
        return opened.future();
    }

    private Future<ControlPlane> openAudit(ControlPlane plane) {
        Path file = options.audit().file();
        return file == null
                ? Future.succeededFuture(plane)
                : AuditFile.open(vertx, file, this::observe)
                        .map(opened -> {
                            audit = opened;
                            plane.auditTo(opened);
                            return plane;
                        })
                        .recover(failure -> Future.failedFuture(
                                failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }

    private Future<Void> openState() {
        Path directory = options.stateDirectory();
        if (directory == null) {
            return Future.succeededFuture();
        }
        Callable<StateDirectory> open = () -> StateDirectory.open(directory);
        return vertx.executeBlocking(open).onSuccess(taken -> state = taken).mapEmpty();
    }

    private Future<Void> keepListeners(ControlPlane plane) {
        StateDirectory directory = state;
        Set<String> configured =
                options.listeners().stream().map(ConfiguredListener::name).collect(Collectors.toSet());
        return plane.reserve(configured)
                .compose(done -> directory == null ? Future.succeededFuture() : plane.keepIn(directory, configured));
    }

    private Future<Certificates> loadCertificates() {
        return Certificates.load(vertx, options.certificates(), this::observe)
                .onSuccess(loaded -> certificates = loaded)
                .recover(failure -> Future.failedFuture(
                        failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }

    /**
     * Deploys from a context of no verticle: children of the caller's verticle would be undeployed before it
     * is asked to stop, and their connections reset before they could drain.
     */
    private Future<ControlPlane> deploy(Certificates loaded) {
        int loops = options.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : options.eventLoops();
        List<SchedulerVerticle> verticles = new CopyOnWriteArrayList<>();
        ContextInternal itsOwn = ((VertxInternal) vertx).createEventLoopContext();
        return on(
                        itsOwn,
                        () -> vertx.deployVerticle(
                                () -> {
                                    SchedulerVerticle verticle = new SchedulerVerticle(
                                            this::observe, options.schedulers().stepLimit());
                                    verticles.add(verticle);
                                    return verticle;
                                },
                                new DeploymentOptions().setInstances(loops)))
                .map(id -> {
                    deployment = id;
                    List<Scheduler> schedulers =
                            verticles.stream().map(SchedulerVerticle::scheduler).toList();
                    ControlPlane plane =
                            new ControlPlane(besides(verticles), schedulers, protocols, options.policy(), loaded, log);
                    plane.logLevels(LogbackLevels.find());
                    control = plane;
                    if (ending) {
                        plane.beginShutdown();
                    }
                    return plane;
                });
    }

    /**
     * A context on an event loop that runs no scheduler, so that connections and requests of operators do not wait for one
     * another; on any if there is none such. Event loops are handed out in turn.
     */
    private ContextInternal besides(List<SchedulerVerticle> verticles) {
        ContextInternal found = ((VertxInternal) vertx).createEventLoopContext();
        for (int tried = 0; tried < verticles.size() && runsOneOf(verticles, found); tried++) {
            found = ((VertxInternal) vertx).createEventLoopContext();
        }
        return found;
    }

    private static boolean runsOneOf(List<SchedulerVerticle> verticles, ContextInternal context) {
        return verticles.stream().anyMatch(verticle -> verticle.runsOn(context.nettyEventLoop()));
    }

    private <T> Future<T> on(ContextInternal context, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        // composed, since what work throws in a handler would leave the promise open
        context.runOnContext(
                go -> Future.succeededFuture().compose(begin -> work.get()).onComplete(done));
        return OnContext.of(vertx.getOrCreateContext(), done.future());
    }

    private void observe(Event told) {
        Event event = Located.of(told);
        ControlPlane plane = control;
        if (plane != null) {
            plane.observe(event);
        }
        log.accept(event);
    }

    private Future<ControlPlane> startListeners(ControlPlane plane) {
        Future<Void> all = Future.succeededFuture();
        for (ConfiguredListener each : options.listeners()) {
            all = all.compose(before -> plane.startConfigured(each.name(), each.options(), each.required())
                    .recover(failure -> Future.failedFuture(
                            failure instanceof ControlFailure told ? told.of("listener " + each.name()) : failure)));
        }
        return all.map(plane);
    }

    private Future<Void> startAdmin(ControlPlane plane) {
        AdminOptions wanted = options.admin();
        if (wanted == null) {
            return Future.succeededFuture();
        }
        return found(plane, AdminPlane.class, "admin", found -> found.start(vertx, plane, wanted))
                .map(running -> {
                    admin = running;
                    return null;
                });
    }

    private Future<Void> openBusDoor(ControlPlane plane) {
        EventBusOptions wanted = options.eventBus();
        if (wanted == null) {
            return Future.succeededFuture();
        }
        return found(plane, EventBusDoor.class, "eventBus", door -> door.open(vertx, plane, wanted))
                .map(open -> {
                    busDoor = open;
                    return null;
                });
    }

    /** What the service loader finds, used on the plane's event loop; fails where what it needs is not on the class path. */
    private <S, R> Future<R> found(ControlPlane plane, Class<S> service, String option, Function<S, Future<R>> use) {
        return on(plane.context(), () -> {
            PlaneArtifacts.require(option);
            return ServiceLoader.load(service, service.getClassLoader())
                    .findFirst()
                    .map(use)
                    .orElseThrow(
                            () -> new IllegalStateException(option + " needs META-INF/services/" + service.getName()
                                    + " of kamaelia-vertx: merge service files when jars are shaded into one"));
        });
    }

    // ---- listeners and connections

    /** Starts a listener that is called like its protocol. */
    public Future<Listener> start(ListenerOptions listener) {
        return start(listener.protocol(), listener);
    }

    /**
     * Starts a listener, opening first what is not open yet. One of that name that runs is changed, as far as
     * that can be done live.
     *
     * @return fails with {@link org.kamaelia.control.ControlFailure} if it cannot listen
     */
    public Future<Listener> start(String name, ListenerOptions listener) {
        return open().compose(self -> control().start(name, listener))
                .map(started -> new Listener(control(), name, started.view().boundPort()));
    }

    /** Open connections, a page of them. */
    public Future<ConnectionPage> connections(ConnectionQuery query) {
        return control().connections(query);
    }

    /** Ends a connection's input; its handler finishes its replies, then it is closed. */
    public Future<ConnectionView> close(String connectionId) {
        return control().close(connectionId);
    }

    /** Sends bytes to a connection's peer; fails while the connection takes no more. */
    public Future<Void> send(String connectionId, Buffer bytes) {
        return control().send(connectionId, bytes);
    }

    /**
     * Every operation there is.
     *
     * @throws IllegalStateException before it is open
     */
    public ControlPlane control() {
        ControlPlane plane = control;
        if (plane == null) {
            throw new IllegalStateException(whyNotOpen());
        }
        return plane;
    }

    private synchronized String whyNotOpen() {
        if (closed != null) {
            return "this Kamaelia was closed before it was open: create another";
        }
        if (!opening) {
            return "open() was not called: call it, or start(...), and go on when its future completes";
        }
        return opened.future().failed()
                ? "open() has failed: " + opened.future().cause().getMessage()
                : "open() has not completed yet: go on when its future completes";
    }

    /** The control plane over HTTP; null without one. */
    public AdminPlane.@Nullable Running admin() {
        return admin;
    }

    /** What listens where: a listener's name and its {@code host:port}, in the order of the options. */
    public Future<Map<String, String>> listening() {
        return control().listeners().map(views -> {
            Map<String, String> where = new LinkedHashMap<>();
            options.listeners().forEach(each -> where.put(each.name(), ""));
            views.forEach(view -> where.put(view.name(), address(view)));
            where.values().removeIf(String::isEmpty);
            return Collections.unmodifiableMap(where);
        });
    }

    private static String address(ListenerView view) {
        String path = view.options().path();
        if (path != null) {
            return view.state() == ListenerState.LISTENING ? path : "";
        }
        String host = view.options().host();
        return view.boundPort() < 0 ? "" : (host.contains(":") ? "[" + host + "]" : host) + ":" + view.boundPort();
    }

    // ---- the end

    /**
     * Stops gracefully, as the options' {@code shutdown} says: not ready, some more accepting, then the ports
     * are given back and connections drain; then {@link #close()}, whatever has not ended by then.
     */
    public Future<Void> shutdown() {
        startNothingNew();
        return settled().transform(either -> drain()).transform(drained -> close());
    }

    private Future<Void> drain() {
        ControlPlane plane = control;
        if (plane == null || deployment == null) {
            return Future.succeededFuture();
        }
        ShutdownOptions shutdown = options.shutdown();
        Duration longest = shutdown.drainTimeout().plus(shutdown.closeTimeout()).plus(LAST_WORDS);
        return pause(shutdown.delay())
                .compose(waited -> plane.shutDownAll(shutdown.drainTimeout(), shutdown.closeTimeout())
                        .timeout(longest.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Future<Void> pause(Duration delay) {
        return delay.isZero()
                ? Future.succeededFuture()
                : vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).mapEmpty();
    }

    /**
     * Ends everything at once; connections are reset. The Vertx lives on, and this can't be opened again. What is
     * still opening is ended as soon as it is open, or has failed.
     */
    public Future<Void> close() {
        startNothingNew();
        synchronized (this) {
            if (closed == null) {
                closed = settled().transform(either -> end());
            }
            return closed;
        }
    }

    private void startNothingNew() {
        ending = true;
        ControlPlane plane = control;
        if (plane != null) {
            plane.beginShutdown();
        }
    }

    /** Completes when it is not opening: what is half open can't be undone. */
    private synchronized Future<?> settled() {
        return opening ? opened.future() : Future.succeededFuture();
    }

    private Future<Void> end() {
        startNothingNew();
        Certificates watched = certificates;
        if (watched != null) {
            watched.stop();
        }
        return stopAdmin()
                .transform(stopped -> closeBusDoor())
                .transform(closed -> undeploy())
                .transform(stopped -> closeAudit())
                .eventually(this::closeState);
    }

    private Future<Void> closeBusDoor() {
        EventBusDoor.Open open = busDoor;
        return open == null ? Future.succeededFuture() : open.close();
    }

    private Future<Void> closeAudit() {
        AuditFile file = audit;
        return file == null ? Future.succeededFuture() : file.close();
    }

    /** Waits for what is being written. */
    private Future<?> closeState() {
        StateDirectory taken = state;
        if (taken == null) {
            return Future.succeededFuture();
        }
        Callable<Void> close = () -> {
            taken.close();
            return null;
        };
        return vertx.executeBlocking(close);
    }

    private Future<Void> stopAdmin() {
        AdminPlane.Running running = admin;
        return running == null ? Future.succeededFuture() : running.stop();
    }

    private Future<Void> undeploy() {
        String id = deployment;
        if (id == null) {
            return Future.succeededFuture();
        }
        deployment = null;
        // When the Vertx is closing it undeploys everything itself, at the same time.
        return vertx.undeploy(id)
                .recover(failure ->
                        vertx.deploymentIDs().contains(id) ? Future.failedFuture(failure) : Future.succeededFuture());
    }
}
