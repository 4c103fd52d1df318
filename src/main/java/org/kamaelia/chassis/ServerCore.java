package org.kamaelia.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ConnectionNotice;
import org.kamaelia.tcp.NewCsa;
import org.kamaelia.tcp.Ready;
import org.kamaelia.tcp.ShutdownCsa;
import org.kamaelia.tcp.TcpServer;

/**
 * Gives every new connection of a {@link TcpServer} a protocol handler and ends the two together.
 * Kamaelia's {@code ServerCore}.
 *
 * <p>Data is linked both ways, and {@code signal} to {@code control} both ways; a handler with an outbox
 * {@code serversignal} can shut its server down; one with an outbox {@code makessl} can have its
 * connection speak TLS, and hears of it in an inbox {@code sslready}. A handler that is done without saying so counts as
 * {@code ProducerFinished} to its connection, one that throws as {@code ShutdownMicroprocess}. When the
 * connection has ended the handler hears {@link SocketShutdown}, and is ended if it has not done so by
 * itself after the listener's {@code closeTimeout}.
 *
 * <p>On {@code control}: {@link ServerShutdown} drains the server, {@link ShutdownMicroprocess} closes
 * every connection first. It ends when its server and the last handler have.
 */
public final class ServerCore extends Component {
    private final Inbox<Signal> control = control();
    private final Inbox<ConnectionNotice> activity = addInbox("_socketactivity", ConnectionNotice.class);
    private final Outbox<Signal> serverSignal = addOutbox("_serversignal", Signal.class);

    private final TcpServer server;
    private final Function<ConnectionInfo, Component> handlers;
    private final Map<Component, Served> byHandler = new HashMap<>();
    private final Map<ConnectedSocketAdapter, Served> byAdapter = new HashMap<>();
    private final Promise<Void> completion = Promise.promise();
    private boolean started;
    private boolean serverEnded;
    private boolean toldWithoutBoxes;
    private @Nullable Deadline overdue;

    /** A connection and its handler. */
    private static final class Served {
        final ConnectedSocketAdapter adapter;
        final Component handler;

        /** In the scheduler's clock; only meaningful once the connection has ended. */
        long handlerEndsAt;

        boolean connectionEnded;

        Served(ConnectedSocketAdapter adapter, Component handler) {
            this.adapter = adapter;
            this.handler = handler;
        }
    }

    /**
     * A server with its handlers.
     *
     * @param server not active yet
     * @param handlers makes the component that serves a connection; one that throws loses just that
     *     connection
     */
    public ServerCore(TcpServer server, Function<ConnectionInfo, Component> handlers) {
        this.server = server;
        this.handlers = handlers;
    }

    /** The server that it serves. */
    public TcpServer server() {
        return server;
    }

    @Override
    protected Next step() {
        if (!started) {
            start();
        }
        for (ConnectionNotice next = activity.poll(); next != null; next = activity.poll()) {
            if (next instanceof NewCsa come) {
                serve(come.adapter());
            } else if (next instanceof ShutdownCsa gone) {
                connectionEnded(gone.adapter());
            }
        }
        obeyControl();
        endOverdueHandlers();
        return serverEnded && byHandler.isEmpty() ? DONE : PAUSE;
    }

    private void start() {
        started = true;
        link(server.outbox("protocolHandlerSignal", ConnectionNotice.class), activity);
        link(serverSignal, server.control());
        addChild(server);
        activate(server);
    }

    private void obeyControl() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ServerShutdown) {
                serverSignal.send(next);
            } else if (next instanceof ShutdownMicroprocess stop) {
                byAdapter.values().forEach(each -> tell(each.adapter.control(), stop));
                serverSignal.send(new ServerShutdown(Duration.ZERO, Duration.ZERO, stop.reason()));
            }
        }
    }

    // ---- one connection

    private void serve(ConnectedSocketAdapter adapter) {
        Component handler;
        boolean canServe;
        try {
            handler = open(ConnectionInfo.of(adapter));
            canServe = handler.hasBox("inbox") || handler.hasBox("outbox"); // both are made when they are linked
            wire(adapter, handler);
            addChild(handler);
        } catch (Throwable e) {
            // Whatever it is, as with a step: the other connections are not to blame.
            unlink(adapter);
            scheduler()
                    .emit(new HandlerRefused(
                            adapter.id().toString(), adapter.port().listener(), e));
            tell(adapter.control(), new ShutdownMicroprocess(e));
            begin(adapter);
            return;
        }
        adapter.servedBy(handler);
        Served served = new Served(adapter, handler);
        byHandler.put(handler, served);
        byAdapter.put(adapter, served);
        begin(adapter);
        activate(handler);
        if (!canServe && !toldWithoutBoxes) {
            toldWithoutBoxes = true;
            scheduler()
                    .emit(new HandlerWithoutBoxes(
                            handler.toString(),
                            adapter.id().toString(),
                            adapter.port().listener()));
        }
    }

    private Component open(ConnectionInfo connection) {
        Component handler = Objects.requireNonNull(handlers.apply(connection), "the protocol opened no component");
        if (handler.parent() != null || handler.hasEnded()) {
            throw new IllegalStateException(
                    handler + " serves another connection, or has; a protocol makes a new component for each");
        }
        return handler;
    }

    private void begin(ConnectedSocketAdapter adapter) {
        activate(adapter);
        adapter.begin();
    }

    private void wire(ConnectedSocketAdapter adapter, Component handler) {
        Inbox<Buffer> toHandler = handler.inbox("inbox", Buffer.class);
        Inbox<?> last = toHandler.destination();
        if (last != null && last.type() == Buffer.class) {
            last.bound(adapter.port().options().receiveBound());
        }
        link(adapter.outbox("outbox", Buffer.class), toHandler);
        link(handler.outbox("outbox", Buffer.class), adapter.inbox("inbox", Buffer.class));
        link(handler.signal(), adapter.control());
        link(adapter.signal(), handler.control());
        if (handler.hasBox("makessl")) {
            link(handler.outbox("makessl", ServerSSLOptions.class), adapter.inbox("makessl", ServerSSLOptions.class));
        }
        if (handler.hasBox("sslready")) {
            Inbox<Ready> sslReady = handler.inbox("sslready", Ready.class);
            // So that the adapter sees when it is collected.
            sslReady.bound(1);
            link(adapter.outbox("sslready", Ready.class), sslReady);
        }
        if (handler.hasBox("serversignal")) {
            link(handler.outbox("serversignal", Signal.class), server.control());
        }
    }

    /** Told once per connection, after its adapter has ended. */
    private void connectionEnded(ConnectedSocketAdapter adapter) {
        Served served = byAdapter.remove(adapter);
        if (served == null) {
            return;
        }
        tell(served.handler.control(), new SocketShutdown(adapter, adapter.closeCause()));
        tell(adapter.control(), new ShutdownMicroprocess(adapter.closeCause()));
        unlink(adapter);
        if (byHandler.containsKey(served.handler)) {
            Duration limit = server.isAborting()
                    ? Duration.ZERO
                    : adapter.port().options().closeTimeout();
            served.connectionEnded = true;
            served.handlerEndsAt = scheduler().clock().nanoTime() + limit.toNanos();
            if (overdue == null) {
                overdue = wakeAfter(limit);
            }
        }
    }

    /** Completes when it has ended, with its server and every handler. */
    public Future<Void> completion() {
        return completion.future();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        completion.tryComplete();
    }

    @Override
    protected void childEnded(Component child, @Nullable Throwable failure) {
        if (child == server) {
            serverEnded = true;
            return;
        }
        Served served = byHandler.remove(child);
        if (served != null && !served.connectionEnded) {
            tell(
                    served.adapter.control(),
                    failure == null ? new ProducerFinished() : new ShutdownMicroprocess(failure));
        }
    }

    /** Ends handlers that were told long ago that their connection has ended. */
    private void endOverdueHandlers() {
        if (overdue == null || !overdue.hasPassed()) {
            return;
        }
        overdue = null;
        long now = scheduler().clock().nanoTime();
        long next = Long.MAX_VALUE;
        for (Served each : byHandler.values().toArray(new Served[0])) {
            if (!each.connectionEnded) {
                continue;
            }
            long left = each.handlerEndsAt - now;
            if (left <= 0) {
                end(each.handler);
            } else {
                next = Math.min(next, left);
            }
        }
        if (next != Long.MAX_VALUE) {
            overdue = wakeAfter(Duration.ofNanos(next));
        }
    }
}
