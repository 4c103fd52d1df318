package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.component.KindCounters;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.AuditRecord.Outcome;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.LogLevels.Level;
import org.kamaelia.control.LogLevels.LoggerView;
import org.kamaelia.control.ManagedListener.Origin;
import org.kamaelia.eventloop.Courtesy;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.FileDescriptors;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;

/**
 * The operations, without HTTP: listeners over many event loops, connections, drains. Any thread; every
 * future completes on the caller's context. What fails for a reason that the caller can act on fails with
 * {@link ControlFailure}.
 */
public final class ControlPlane {
    private static final String VERTX_VERSION = vertxVersion();

    private final Vertx vertx;
    private final ContextInternal context;
    private final List<Scheduler> schedulers;
    private final Protocols protocols;
    private final Certificates certificates;
    private final Operations operations;
    private final ClosedConnections closed;
    private final Troubles troubles;
    private final Instant startedAt;
    private final Listeners listeners;
    private final Connections connections;
    private final Audit audit;
    private final Happenings happenings;
    private final Closings closings;
    private final Components components;
    private final Consumer<? super Event> events;
    private final Life life;
    private final Caller caller;
    private final Interest interest;

    /** How far it is between its start and its end; one for all who call. */
    private static final class Life {
        volatile boolean open;
        volatile boolean shuttingDown;
        volatile LogLevels logLevels = LogLevels.NONE;
    }

    /**
     * A control plane over running schedulers.
     *
     * @param context what it does itself runs here
     * @param policy what may be opened
     * @param certificates those that listeners may name
     * @param events told of changes of listeners; any thread, must not block
     */
    public ControlPlane(
            ContextInternal context,
            List<Scheduler> schedulers,
            Protocols protocols,
            Policy policy,
            Certificates certificates,
            Consumer<? super Event> events) {
        this.vertx = context.owner();
        this.context = context;
        this.schedulers = List.copyOf(schedulers);
        this.protocols = protocols;
        this.certificates = certificates;
        Turns turns = new Turns();
        this.components = new Components(context, this.schedulers, turns);
        this.happenings = new Happenings(Happenings.KEPT, components::id);
        this.troubles = new Troubles();
        Consumer<Event> told = event -> {
            if (event instanceof ListenerChanged changed) {
                troubles.note(changed);
            }
            happenings.add(event);
            events.accept(event);
        };
        this.operations = new Operations(told);
        this.closed = new ClosedConnections();
        this.startedAt = Instant.now();
        this.events = events;
        this.life = new Life();
        this.caller = Caller.EMBEDDER;
        this.interest = Interest.LASTING;
        this.audit = new Audit(told);
        List<Loop> loops = Loop.of(this.schedulers);
        this.listeners = new Listeners(vertx, context, loops, protocols, policy, certificates, operations, told);
        this.connections = new Connections(context, loops, closed, turns);
        this.closings = new Closings(context, listeners, connections, operations);
    }

    private ControlPlane(ControlPlane shared, Caller caller, Interest interest) {
        this.vertx = shared.vertx;
        this.context = shared.context;
        this.schedulers = shared.schedulers;
        this.protocols = shared.protocols;
        this.certificates = shared.certificates;
        this.operations = shared.operations;
        this.closed = shared.closed;
        this.troubles = shared.troubles;
        this.startedAt = shared.startedAt;
        this.events = shared.events;
        this.life = shared.life;
        this.listeners = shared.listeners;
        this.connections = shared.connections;
        this.audit = shared.audit;
        this.happenings = shared.happenings;
        this.closings = shared.closings;
        this.components = shared.components;
        this.caller = caller;
        this.interest = interest;
    }

    /**
     * The same plane in somebody's name; what they may do is up to whoever asks for it.
     *
     * @param waits whether they still wait for an answer; a look at everything ends without one when they don't, and so
     *     does {@link #closeConnections} before it has begun
     */
    public ControlPlane as(Caller other, Interest waits) {
        return new ControlPlane(this, other, waits);
    }

    /** What it does itself, and whatever else is for operators, runs here: connections do not wait for it. */
    public ContextInternal context() {
        return context;
    }

    /** In whose name its operations are done. */
    public Caller caller() {
        return caller;
    }

    /** Takes what the event loops tell; part of their event consumer. Any thread. */
    public void observe(Event event) {
        if (event instanceof ClosedConnection ended) {
            closed.add(ended);
            closings.ended(ended);
        }
        happenings.add(event);
    }

    /** Tells what a door has seen, here and outside. Any thread. */
    public void tell(Event event) {
        if (event instanceof TokenFileTrouble trouble) {
            troubles.note(trouble);
        }
        happenings.add(event);
        events.accept(event);
    }

    /** What has happened lately, and happens. */
    public Happenings happenings() {
        return happenings;
    }

    // ---- listeners

    /** All listeners, by name. */
    public Future<List<ListenerView>> listeners() {
        return call(() -> {
            List<Future<ListenerView>> views =
                    listeners.all().stream().map(ManagedListener::view).toList();
            return Future.join(views)
                    .map(all -> views.stream().map(Future::result).toList());
        });
    }

    public Future<ListenerView> listener(String name) {
        return call(() -> listeners.find(name).view());
    }

    /**
     * Creates a listener, changes it, or starts it again.
     *
     * @param restart whether a change that cannot be live may cost a restart
     */
    public Future<Started> put(String name, ListenerOptions options, boolean restart) {
        return put(name, options, restart, Expectation.NONE);
    }

    /** The same for a listener that is as expected; fails with {@link Reason#STALE} otherwise. */
    public Future<Started> put(String name, ListenerOptions options, boolean restart, Expectation expectation) {
        return change("putListener", name, trail -> {
            trail.input(withRestart(options.toJson(), restart));
            refuseInShutdown();
            ListenerNames.check(name);
            return listeners.put(name, options, restart, Origin.API, expectation, trail);
        });
    }

    /** Starts a listener that the embedder wants, which the policy binds only by its upstreams; otherwise as {@link #put}. */
    public Future<Started> start(String name, ListenerOptions options) {
        return change("putListener", name, trail -> {
            trail.input(options.toJson());
            refuseInShutdown();
            ListenerNames.check(name);
            return listeners.put(name, options, false, Origin.CONFIGURATION, Expectation.NONE, trail);
        });
    }

    /** Keeps names for listeners that {@link #startConfigured} is going to start: nobody else makes one called so before. */
    public Future<Void> reserve(Set<String> names) {
        return call(() -> {
            listeners.reserve(names);
            return Future.succeededFuture();
        });
    }

    /** Starts a configured listener; one that is not required and cannot start is failed and tried again. */
    public Future<Void> startConfigured(String name, ListenerOptions options, boolean required) {
        // what the configuration says is nobody's change, and what is wrong with it is told in one line
        return call(() -> {
            refuseInShutdown();
            ListenerNames.check(name);
            return listeners.configured(name, options, required, new Trail());
        });
    }

    /** Changes a listener by a merge patch (RFC 7396). One that has stopped stays so, and begins with these options. */
    public Future<ListenerView> patch(String name, JsonObject mergePatch, boolean restart) {
        return patch(name, mergePatch, restart, Expectation.NONE);
    }

    /** The same for a listener that is as expected; fails with {@link Reason#STALE} otherwise. */
    public Future<ListenerView> patch(String name, JsonObject mergePatch, boolean restart, Expectation expectation) {
        return change("patchListener", name, trail -> {
            trail.input(withRestart(mergePatch, restart));
            refuseInShutdown();
            return listeners.patch(name, mergePatch, restart, expectation, trail);
        });
    }

    private static JsonObject withRestart(JsonObject options, boolean restart) {
        return restart ? options.copy().put("restart", true) : options;
    }

    /**
     * Shuts a listener down and forgets it.
     *
     * @param drainTimeout null for the listener's own
     */
    public Future<OperationView> delete(String name, @Nullable Duration drainTimeout) {
        return delete(name, drainTimeout, Expectation.NONE);
    }

    /** The same for a listener that is as expected; fails with {@link Reason#STALE} otherwise. */
    public Future<OperationView> delete(String name, @Nullable Duration drainTimeout, Expectation expectation) {
        return change("deleteListener", name, trail -> {
            if (drainTimeout != null) {
                trail.input(new JsonObject().put("drainTimeout", Durations.format(drainTimeout)));
            }
            return listeners.delete(name, drainTimeout, expectation, trail);
        });
    }

    /**
     * Tells a listener something; done when it has taken effect, except that a drain goes on.
     *
     * @param drainTimeout for {@code serverShutdown}; null for the listener's own
     */
    public Future<ListenerView> control(String name, ListenerCommand command, @Nullable Duration drainTimeout) {
        return control(name, command, drainTimeout, Expectation.NONE);
    }

    /** The same for a listener that is as expected; fails with {@link Reason#STALE} otherwise. */
    public Future<ListenerView> control(
            String name, ListenerCommand command, @Nullable Duration drainTimeout, Expectation expectation) {
        return change("controlListener", name, trail -> {
            JsonObject input = new JsonObject().put("message", command.message());
            trail.input(drainTimeout == null ? input : input.put("drainTimeout", Durations.format(drainTimeout)));
            if (command == ListenerCommand.START) {
                refuseInShutdown();
            }
            return listeners.control(name, command, drainTimeout, expectation, trail);
        });
    }

    // ---- state

    /**
     * Keeps the API's listeners in a directory from now on, and lists those that are kept there; {@link #startKept} starts
     * them. Before anybody is served.
     *
     * @param configured names of configured listeners, which overrule kept ones
     * @return fails if the directory cannot be read
     */
    public Future<Void> keepIn(StateDirectory directory, Set<String> configured) {
        return call(() -> ListenerStore.load(context, directory, events).map(store -> {
            listeners.keepIn(store, configured);
            return null;
        }));
    }

    /** Starts the listeners that were kept, as they were acknowledged last; one that cannot start is failed and tried again. */
    public Future<Void> startKept() {
        return call(() -> {
            refuseInShutdown();
            return listeners.startKept();
        });
    }

    private void refuseInShutdown() {
        if (life.shuttingDown) {
            throw new ControlFailure(Reason.UNAVAILABLE, "the server is shutting down: nothing new is started");
        }
    }

    // ---- connections

    /**
     * Open connections, a page of them.
     *
     * @return fails with {@link Reason#UNAVAILABLE} if it had to look at all of them and too many such looks are under way,
     *     like everything that does
     */
    public Future<ConnectionPage> connections(ConnectionQuery query) {
        return call(() -> connections.page(query, interest));
    }

    /** One connection, open or closed not long ago. */
    public Future<ConnectionDetail> connection(String id) {
        return call(() -> connections.detail(id));
    }

    /** Tells a connection something; done when it has been put into its {@code control} box. */
    public Future<ConnectionView> control(String id, ConnectionCommand command) {
        return change("controlConnection", id, trail -> {
            trail.input(new JsonObject().put("message", command.message()));
            return connections.control(id, command).onSuccess(before -> trail.before(facts(before)));
        });
    }

    /** Lets a connection finish: the same as {@link ConnectionCommand#PRODUCER_FINISHED}, under its own name in the record. */
    public Future<ConnectionView> close(String id) {
        return change(
                "deleteConnection",
                id,
                trail -> connections
                        .control(id, ConnectionCommand.PRODUCER_FINISHED)
                        .onSuccess(before -> trail.before(facts(before))));
    }

    /** Closes many connections, at a pace; done when it has begun. */
    public Future<OperationView> closeConnections(CloseRequest request) {
        return change("controlConnections", request.filter().listener(), trail -> {
            trail.input(request.toJson());
            return closings.close(request, interest)
                    .onSuccess(begun -> trail.after(facts(begun).put("id", begun.id())));
        });
    }

    /** Tells whom {@link #closeConnections} would close now, and does nothing. */
    public Future<ClosePreview> previewClose(CloseRequest request) {
        return previewClose(request, PreviewPage.FIRST);
    }

    /** The same, another page of it; the pages of the order {@code idlest} end with the first. */
    public Future<ClosePreview> previewClose(CloseRequest request, PreviewPage page) {
        return call(() -> closings.preview(request, page, interest));
    }

    /**
     * Tells whom a {@code serverShutdown} of a listener would cut when its time is up, and does nothing.
     *
     * @param drainTimeout null for the listener's own
     */
    public Future<DrainPreview> previewDrain(String name, @Nullable Duration drainTimeout) {
        return previewDrain(name, drainTimeout, PreviewPage.FIRST);
    }

    /** The same, another page of it. */
    public Future<DrainPreview> previewDrain(String name, @Nullable Duration drainTimeout, PreviewPage page) {
        return call(() -> {
            Duration own = listeners.find(name).options.drainTimeout();
            return connections.drain(name, drainTimeout == null ? own : drainTimeout, page, interest);
        });
    }

    /**
     * Sends bytes to a connection's peer, as its handler does.
     *
     * @return fails with {@link Reason#UNAVAILABLE} while the connection takes no more
     */
    public Future<Void> send(String id, Buffer bytes) {
        return call(() -> connections.send(id, bytes));
    }

    private static JsonObject facts(ConnectionView view) {
        return new JsonObject()
                .put("listener", view.listener())
                .put("remoteAddress", view.remoteAddress())
                .put("state", view.state());
    }

    // ---- components

    /** Active components, a page of them. */
    public Future<ComponentPage> components(ComponentQuery query) {
        return call(() -> components.page(query, interest));
    }

    /** One component with its boxes and linkages. */
    public Future<ComponentDetail> component(String id) {
        return call(() -> components.detail(id));
    }

    /** What the components of each kind have done so far, by the kind's name. */
    public Future<List<KindCounters>> kinds() {
        return call(() -> components.kinds(interest));
    }

    /**
     * Puts a message into an inbox that takes messages of operators.
     *
     * @param id the component's
     * @param message a {@link String}, or a {@link Map} with the members of a JSON object
     * @param timeout how long to wait for the component to take it; at least 1 ms
     * @return fails with {@link Reason#NOT_FOUND} if there is no such component or inbox, {@link Reason#NOT_DECLARED},
     *     {@link Reason#INVALID}, {@link Reason#BOX_FULL}, or {@link Reason#GONE} if the component ends before it has
     *     taken the message
     */
    public Future<Delivery> deliver(String id, String box, Object message, Duration timeout) {
        return change("sendToBox", id, trail -> {
            trail.input(new JsonObject().put("box", box).put("message", message));
            return components
                    .deliver(id, box, message, timeout)
                    .onSuccess(done -> trail.after(new JsonObject().put("collected", done.collected())));
        });
    }

    // ---- operations and the rest

    /** In the order in which they began. */
    public Future<List<OperationView>> operations() {
        return call(() -> Future.succeededFuture(operations.views()));
    }

    public Future<OperationView> operation(String id) {
        return call(() -> Future.succeededFuture(operations.find(id).view()));
    }

    /**
     * Cancels a drain, a delete or a bulk close: the connections that are left may go on. The listener of a drain or a delete has
     * stopped then, and is still there.
     */
    public Future<OperationView> cancel(String id) {
        return change("cancelOperation", id, trail -> {
            Operation operation = operations.find(id);
            trail.before(facts(operation.view()));
            return operation.cancel().map(done -> {
                OperationView after = operation.view();
                trail.after(facts(after));
                return after;
            });
        });
    }

    private static JsonObject facts(OperationView view) {
        return new JsonObject()
                .put("kind", view.kind())
                .put("target", view.target())
                .put("state", view.state());
    }

    public List<ProtocolView> protocols() {
        return protocols.all().stream()
                .map(each -> new ProtocolView(each.name(), each.description(), each.optionsSchema()))
                .toList();
    }

    /** What the options of all protocols are called, however deep in their schemas. */
    public Set<String> optionNames() {
        Set<String> names = new HashSet<>();
        protocols.all().forEach(each -> collectNames(each.optionsSchema(), names));
        return names;
    }

    /** The names of all members that a JSON schema describes. */
    public static void collectNames(@Nullable Object schema, Set<String> names) {
        if (schema instanceof JsonObject object) {
            if (object.getValue("properties") instanceof JsonObject properties) {
                names.addAll(properties.fieldNames());
            }
            object.forEach(member -> collectNames(member.getValue(), names));
        } else if (schema instanceof JsonArray list) {
            list.forEach(each -> collectNames(each, names));
        }
    }

    /** Those that listeners may name. */
    public Certificates certificates() {
        return certificates;
    }

    public InfoView info() {
        Map<String, Object> limits = new TreeMap<>();
        limits.put("maxConnections", FileDescriptors.mostConnections());
        limits.put("maxMemory", Runtime.getRuntime().maxMemory());
        return new InfoView(
                version(),
                startedAt,
                Runtime.version().toString(),
                VERTX_VERSION,
                transport(),
                schedulers.size(),
                limits,
                certificates.status());
    }

    private String transport() {
        String name = ((VertxInternal) vertx).transport().getClass().getSimpleName();
        return name.replace("Transport", "").toLowerCase(Locale.ROOT);
    }

    /** From Vert.x's own file: in a jar that holds all, the package's version is the jar's. */
    private static String vertxVersion() {
        try (InputStream file = Vertx.class.getClassLoader().getResourceAsStream("META-INF/vertx/vertx-version.txt")) {
            return file == null ? "unknown" : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** This module's version. */
    public static String version() {
        String version = ControlPlane.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    public Health health() {
        List<String> reasons = new ArrayList<>();
        if (life.shuttingDown) {
            reasons.add("shutting down");
        } else if (!life.open) {
            reasons.add("starting");
        }
        boolean ready = reasons.isEmpty();
        audit.trouble().ifPresent(reasons::add);
        reasons.addAll(troubles.now());
        return new Health(ready, reasons);
    }

    /** Everything that was configured serves. */
    public void opened() {
        life.open = true;
    }

    /** From now on not ready, and nothing new is started. */
    public void beginShutdown() {
        life.shuttingDown = true;
        listeners.stopRetrying();
    }

    /**
     * Shuts every listener down.
     *
     * @return when the last connection has ended
     */
    public Future<Void> shutDownAll(Duration drainTimeout, Duration closeTimeout) {
        beginShutdown();
        Trail trail = new Trail()
                .input(new JsonObject()
                        .put("drainTimeout", Durations.format(drainTimeout))
                        .put("closeTimeout", Durations.format(closeTimeout)));
        // when it ends nobody may be left to say so
        return audit.add(caller, "shutDown", null, trail, Outcome.DONE, null)
                .compose(recorded -> call(() -> listeners.shutDownAll(drainTimeout, closeTimeout)));
    }

    // ---- the record of changes

    /** What the process's log tells, by logger. */
    public Future<List<LoggerView>> loggers() {
        return call(() -> Future.succeededFuture(life.logLevels.all()));
    }

    public Future<LoggerView> logger(String name) {
        return call(() -> Future.succeededFuture(life.logLevels.find(name)));
    }

    /**
     * Sets what a logger tells; it lasts as long as the process.
     *
     * @param level null for its parent's
     */
    public Future<LoggerView> logger(String name, @Nullable Level level) {
        return change("putLogger", name, trail -> {
            LogLevels levels = life.logLevels;
            trail.input(new JsonObject().put("level", level == null ? null : level.word()));
            trail.before(new JsonObject()
                    .put("effectiveLevel", levels.find(name).effective().word()));
            levels.level(name, level);
            LoggerView now = levels.find(name);
            trail.after(new JsonObject().put("effectiveLevel", now.effective().word()));
            return Future.succeededFuture(now);
        });
    }

    /** From now on the levels of the log are looked at and changed there; there are none before. */
    public void logLevels(LogLevels levels) {
        life.logLevels = levels;
    }

    /**
     * What was changed through this plane by whoever, and what was refused, a page of it. Sending bytes to a connection is
     * no change.
     */
    public Future<AuditPage> audit(AuditQuery query) {
        return call(() -> Future.succeededFuture(audit.page(query)));
    }

    /** From now on records go there too. */
    public void auditTo(AuditFile file) {
        audit.writeTo(file);
    }

    /**
     * Records an attempt that got no further than a door, in this plane's caller's name.
     *
     * @param operation the contract's name for it
     * @param target null where there is none, or none can be told
     * @param input what was asked for, whatever that is; null where nothing can be read
     * @param problem the type of what it is answered with, a URN
     * @return done when the record is kept; never fails
     */
    public Future<Void> refused(String operation, @Nullable String target, @Nullable JsonObject input, String problem) {
        Trail trail = new Trail();
        if (input != null) {
            trail.input(input);
        }
        return audit.add(caller, operation, target, trail.inVain(optionNames()), Outcome.REFUSED, problem);
    }

    /** Does a change and records it, whatever comes of it; the record is kept before the answer is given. */
    private <T> Future<T> change(String operation, @Nullable String target, Function<Trail, Future<T>> work) {
        Trail trail = new Trail();
        return call(() -> mended(ListenerRun.attempt(() -> work.apply(trail)))
                .transform(done -> record(operation, target, trail, done.cause())
                        .compose(kept -> done.succeeded()
                                ? Future.succeededFuture(done.result())
                                : Future.failedFuture(done.cause()))));
    }

    private Future<Void> record(String operation, @Nullable String target, Trail trail, @Nullable Throwable failure) {
        Courtesy.giveWay();
        if (failure == null) {
            return audit.add(caller, operation, target, trail, Outcome.DONE, null);
        }
        return failure instanceof ControlFailure refused
                ? audit.add(
                        caller,
                        operation,
                        target,
                        trail.inVain(optionNames()),
                        Outcome.REFUSED,
                        refused.reason().problem())
                : audit.add(
                        caller,
                        operation,
                        target,
                        trail.inVain(optionNames()),
                        Outcome.FAILED,
                        ControlFailure.PROBLEM + "internal");
    }

    // ---- how

    private <T> Future<T> call(Supplier<Future<T>> work) {
        PromiseInternal<T> promise =
                ((VertxInternal) vertx).getOrCreateContext().promise();
        context.runOnContext(nothing -> {
            Courtesy.giveWay();
            mended(ListenerRun.attempt(work)).onComplete(promise);
        });
        return promise.future();
    }

    private static <T> Future<T> mended(Future<T> result) {
        return result.recover(failure -> Future.failedFuture(
                failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }
}
