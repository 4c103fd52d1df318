package org.kamaelia.tcp;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.EndInput;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.tcp.SelectorRequest.NewReader;
import org.kamaelia.tcp.SelectorRequest.RemoveReader;
import org.kamaelia.tcp.SelectorRequest.RemoveWriter;

/**
 * Listens on a port and hands each connection on as a component. Kamaelia's {@code TCPServer}.
 *
 * <p>Inboxes
 * <ul>
 *   <li>{@code control}: {@link ServerShutdown}, {@link ServerControl}
 *   <li>{@code newconnection}: a connection waits to be accepted
 *   <li>{@code _feedbackFromCSA}: a connection's adapter has ended
 * </ul>
 *
 * <p>Outboxes
 * <ul>
 *   <li>{@code protocolHandlerSignal}: {@link NewCsa} and {@link ShutdownCsa}
 *   <li>{@code signal}: not used
 *   <li>{@code _selectorSignal}, {@code _selectorShutdownSignal}: to the {@link Selector}
 * </ul>
 *
 * <p>It ends on {@code ServerShutdown} only: the port is freed at once, connections may go on until the
 * drain timeout, those left have their input ended, and after the close timeout they are aborted. It
 * lives until the end of its last connection has been passed on.
 */
public final class TcpServer extends Component {
    final Inbox<Signal> control = control();
    private final Inbox<Ready> newConnection = addInbox("newconnection", Ready.class);
    private final Inbox<Signal> feedback = addInbox("_feedbackFromCSA", Signal.class);
    private final Outbox<ConnectionNotice> protocolHandlerSignal =
            addOutbox("protocolHandlerSignal", ConnectionNotice.class);
    private final Outbox<SelectorRequest> selectorSignal = addOutbox("_selectorSignal", SelectorRequest.class);
    private final Outbox<Signal> selectorShutdownSignal = addOutbox("_selectorShutdownSignal", Signal.class);

    private final ListenPort port;
    private final ConnectionTable connections;
    private final Rounds rounds;
    private final Promise<Integer> bound = Promise.promise();
    private @Nullable Selector selector;
    private @Nullable ListenSocket listenSocket;
    private @Nullable Future<Integer> listens;
    private boolean bindFailed;

    /** Connections may wait that were not accepted because their notice could not be sent. */
    private boolean newConnectionsHeld;

    private boolean suspended;

    private @Nullable Deadline nextToken;

    private boolean shuttingDown;
    private boolean closing;
    private boolean inputEnded;
    private boolean aborting;
    private boolean freed;
    private @Nullable Deadline drainEnd;
    private long drainEndsAt;
    private long closeEndsAt;

    private @Nullable Deadline closeEnd;

    private final Totals totals = new Totals();

    /**
     * A server by itself.
     *
     * @param listenport the port; 0 for any free one, null for one of the options' range
     * @param socketOptions everything else
     */
    public TcpServer(@Nullable Integer listenport, ListenerOptions socketOptions) {
        this(new ListenPort(
                "tcp",
                listenport == null
                        ? socketOptions
                        : socketOptions.portRange(null).port(listenport)));
    }

    /** A server that shares its port with those of other event loops. */
    public TcpServer(ListenPort port) {
        this(port, new ConnectionTable(0));
    }

    /**
     * The same beside other servers of its event loop.
     *
     * @param connections the event loop's, where its connections stand while they are open
     */
    public TcpServer(ListenPort port, ConnectionTable connections) {
        this.port = port;
        this.connections = connections;
        this.rounds = new Rounds(port, connections, (adapter, signal) -> tell(adapter.control(), signal));
    }

    /** What it listens on. */
    public ListenPort port() {
        return port;
    }

    /** The port once it listens; failed if it cannot. */
    public Future<Integer> bound() {
        return bound.future();
    }

    @Override
    protected Next step() {
        if (selector == null) {
            start(Selector.join(scheduler()));
        }
        anyClosedSockets();
        handleNewConnection();
        obeyControl();
        drain();
        boolean more = rounds.piece();
        if (isFinished()) {
            return DONE;
        }
        return more ? AGAIN : PAUSE;
    }

    // ---- listening

    private void start(Selector joined) {
        selector = joined;
        link(selectorSignal, joined.requests());
        link(selectorShutdownSignal, joined.control());
        port.join(this);
        ListenerOptions options = port.options();
        PortRange range = options.portRange();
        Future<Integer> pending = range == null
                ? makeTcpServerPort(options.port(), 0, 0)
                : makeTcpServerPort(null, range.min(), range.max());
        listens = OnContext.of(context(), pending).onComplete(result -> {
            if (hasEnded()) {
                return;
            }
            if (result.succeeded()) {
                selectorSignal.send(new NewReader(listening(), newConnection));
                bound.tryComplete(result.result());
            } else {
                bindFailed = true;
                bound.tryFail(result.cause());
            }
            wake();
        });
    }

    /**
     * Binds and listens; the options have the backlog, Kamaelia's {@code maxlisten}.
     *
     * @param suppliedPort the port, 0 for any free one; null for a random one of the range
     * @param minRange the range's least, inclusive
     * @param maxRange the range's last, inclusive
     * @return the port it listens on
     */
    Future<Integer> makeTcpServerPort(@Nullable Integer suppliedPort, int minRange, int maxRange) {
        Vertx vertx = context().owner();
        NetServer server = vertx.createNetServer(ListenPort.serverOptions(port.options()));
        EventLoop acceptLoop = ((VertxInternal) vertx).acceptorEventLoopGroup().next();
        listenSocket = new ListenSocket(this, selector(), port, server, acceptLoop, totals);
        return port.listen(vertx, server, suppliedPort, minRange, maxRange);
    }

    /** The event loop's; steps run on it. */
    private static Context context() {
        return Vertx.currentContext();
    }

    private ListenSocket listening() {
        ListenSocket socket = listenSocket;
        if (socket == null) {
            throw new IllegalStateException(this + " does not listen yet");
        }
        return socket;
    }

    private Selector selector() {
        Selector at = selector;
        if (at == null) {
            throw new IllegalStateException(this + " has not started");
        }
        return at;
    }

    // ---- connections

    /** Accepts what waits, as long as the notice of it can be sent. */
    private void handleNewConnection() {
        if (listenSocket != null) {
            listenSocket.forgetThoseWhoLeft();
        }
        if (newConnection.poll() == null && !newConnectionsHeld) {
            return;
        }
        newConnectionsHeld = true;
        if (!closing && !suspended) {
            port.admission().settle(this, now());
        }
        while (!closing && !suspended && protocolHandlerSignal.hasRoom()) {
            Admission.Turn first = listening().first();
            if (first == null) {
                newConnectionsHeld = false;
                selectorSignal.send(new NewReader(listening(), newConnection));
                return;
            }
            Admission.Verdict verdict = first.verdict();
            if (verdict == null) {
                awaitToken();
                return;
            }
            listening().pace(false);
            listening().accepted();
            obey(verdict, first.socket);
        }
    }

    private void obey(Admission.Verdict verdict, StreamSocket socket) {
        if (verdict == Admission.Verdict.OPEN) {
            createConnectedSocket(socket);
        } else {
            port.admission().leave(socket.origin());
            listening().refused(Refusal.FULL, socket.channelAddress());
            socket.close();
        }
    }

    /** If it is not for room that the first one waits. */
    private void awaitToken() {
        long wait = port.admission().waitNanos(now());
        listening().pace(wait > 0);
        if (wait > 0 && (nextToken == null || nextToken.hasPassed())) {
            nextToken = wakeAfter(Duration.ofNanos(wait));
        }
    }

    private long now() {
        return scheduler().cycleTime();
    }

    private void createConnectedSocket(StreamSocket socket) {
        totals.accepted++;
        ConnectedSocketAdapter adapter = new ConnectedSocketAdapter(socket, selector(), port, connections);
        boolean handshaking = adapter.phase() == ConnectedSocketAdapter.Phase.HANDSHAKING;
        if (!handshaking) {
            protocolHandlerSignal.send(new NewCsa(this, adapter, socket));
            if (adapter.phase() == ConnectedSocketAdapter.Phase.CLOSED) {
                return;
            }
        }
        selectorSignal.send(adapter.newReader());
        selectorSignal.send(adapter.newWriter());
        addChild(adapter);
        connections.add(adapter);
        link(adapter.creatorFeedback(), feedback);
        if (handshaking) {
            // It is announced once that is over.
            activate(adapter);
        }
    }

    /** Nobody took the notice of a connection: it is closed, and was never active. */
    void unserved(ConnectedSocketAdapter adapter) {
        adapter.close(CloseCause.UNSERVED);
        removeChild(adapter);
        closed(adapter);
    }

    private void closed(ConnectedSocketAdapter adapter) {
        port.admission().leave(adapter.socket().origin());
        port.admission().close(now());
        totals.closed++;
    }

    /** Passes on who can be served now and what has ended, as long as the notice of it can be sent. */
    private void anyClosedSockets() {
        while (feedback.dataReady() && protocolHandlerSignal.hasRoom()) {
            Signal next = feedback.receive();
            if (next instanceof HandshakeDone done) {
                ConnectedSocketAdapter adapter = done.adapter();
                protocolHandlerSignal.send(new NewCsa(this, adapter, adapter.socket()));
            } else if (next instanceof SocketShutdown shutdown
                    && shutdown.adapter() instanceof ConnectedSocketAdapter adapter) {
                closeSocket(adapter);
            }
        }
    }

    private void closeSocket(ConnectedSocketAdapter adapter) {
        selectorSignal.send(new RemoveReader(adapter.socket()));
        selectorSignal.send(new RemoveWriter(adapter.socket()));
        protocolHandlerSignal.send(new ShutdownCsa(adapter));
        removeChild(adapter);
        closed(adapter);
        if (adapter.closeCause() == CloseCause.HANDSHAKE_FAILED) {
            totals.handshakesFailed++;
        } else if (adapter.closeCause() == CloseCause.PROXY_REFUSED) {
            totals.proxyRefused++;
        }
        Refusal refusal = adapter.refusal();
        if (refusal != null) {
            listening().refused(refusal, Admission.address(adapter.remoteAddress()));
        }
    }

    // ---- control

    private void obeyControl() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ServerShutdown asked) {
                shutDown(asked);
            } else if (next == ServerControl.OPTIONS_CHANGED) {
                rounds.add(next);
            } else if (next == ServerControl.KEEP_CONNECTIONS && drainEnd != null) {
                stopClocks();
            } else if (next == ServerControl.SUSPEND && !shuttingDown) {
                suspended = true;
                applySuspension();
            } else if (next == ServerControl.RESUME && !shuttingDown) {
                suspended = false;
                applySuspension();
            }
        }
    }

    private void applySuspension() {
        ListenSocket socket = listenSocket;
        if (socket == null) {
            return;
        }
        if (suspended) {
            socket.suspend();
        } else {
            socket.resume();
            newConnectionsHeld = true;
            handleNewConnection();
        }
    }

    /** A repeated one can only make an end come sooner. */
    private void shutDown(ServerShutdown asked) {
        ListenerOptions options = port.options();
        Duration drain = asked.drainTimeout() == null ? options.drainTimeout() : asked.drainTimeout();
        Duration close = asked.closeTimeout() == null ? options.closeTimeout() : asked.closeTimeout();
        if (!shuttingDown) {
            shuttingDown = true;
            rounds.add(new ServerDraining(drain));
            port.shutDown(asked, this);
        }
        long now = scheduler().clock().nanoTime();
        long drainEndsThen = now + drain.toNanos();
        long closeEndsThen = drainEndsThen + close.toNanos();
        if (!inputEnded && (drainEnd == null || drainEndsThen - drainEndsAt < 0)) {
            cancel(drainEnd);
            drainEnd = wakeAfter(drain);
            drainEndsAt = drainEndsThen;
        }
        if (closeEnd == null || closeEndsThen - closeEndsAt < 0) {
            cancel(closeEnd);
            closeEnd = wakeAfter(drain.plus(close));
            closeEndsAt = closeEndsThen;
        }
    }

    private static void cancel(@Nullable Deadline deadline) {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /** The drain under way has no end for now. */
    private void stopClocks() {
        cancel(drainEnd);
        cancel(closeEnd);
        drainEnd = null;
        closeEnd = null;
    }

    private void drain() {
        if (!shuttingDown || !bound.future().isComplete()) {
            return;
        }
        if (!closing) {
            closing = true;
            stopListening();
        }
        if (drainEnd != null && drainEnd.hasPassed()) {
            drainEnd = null;
            inputEnded = true;
            rounds.add(new EndInput(CloseCause.DRAINED));
        }
        if (closeEnd != null && closeEnd.hasPassed() && !aborting) {
            aborting = true;
            rounds.add(new ShutdownMicroprocess(CloseCause.ABORTED));
        }
    }

    /** True once what its connections may take is over: whoever serves them ends at once. */
    public boolean isAborting() {
        return aborting;
    }

    private void stopListening() {
        if (bindFailed) {
            freed = true;
            return;
        }
        selectorSignal.send(new RemoveReader(listening()));
        OnContext.of(context(), listening().close()).onComplete(done -> {
            freed = true;
            wake();
        });
    }

    private boolean isFinished() {
        if (bindFailed) {
            return true;
        }
        return freed && !hasChildren() && !feedback.dataReady();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        port.leave(this);
        if (selector != null) {
            selectorShutdownSignal.send(Selector.UserLeft.SHUTDOWN);
        }
        ListenSocket listening = listenSocket;
        if (!freed && listens != null && listening != null) {
            // One that does not listen yet cannot be closed yet.
            listens.onSuccess(port -> listening.close());
        }
        bound.tryFail("the server has ended");
    }

    // ---- what others see

    /** What has gone through; on the scheduler's thread. */
    public Traffic traffic() {
        ListenSocket socket = listenSocket;
        return new Traffic(
                totals.accepted,
                totals.refused,
                totals.closed,
                totals.handshakesFailed,
                totals.proxyRefused,
                socket == null ? 0 : socket.waiting(),
                totals.bytesIn,
                totals.bytesOut);
    }

    /** Plain counters, kept by the server and its sockets on their event loop. */
    static final class Totals {
        long accepted;
        Refusals refused = Refusals.NONE;
        long closed;
        long handshakesFailed;
        long proxyRefused;
        long bytesIn;
        long bytesOut;
    }

    /**
     * Plain counters since the server's start.
     *
     * @param accepted connections handed on
     * @param refused connections turned away
     * @param closed of those accepted, how many have ended
     * @param handshakesFailed of those, how many never came to speak TLS
     * @param proxyRefused of those, how many lacked a proper PROXY header
     * @param waiting accepted by the system and held back here
     * @param bytesIn received, of closed and open connections
     * @param bytesOut that have left the process, likewise
     */
    public record Traffic(
            long accepted,
            Refusals refused,
            long closed,
            long handshakesFailed,
            long proxyRefused,
            long waiting,
            long bytesIn,
            long bytesOut) {
        public static final Traffic NONE = new Traffic(0, Refusals.NONE, 0, 0, 0, 0, 0, 0);

        public Traffic plus(Traffic other) {
            return new Traffic(
                    accepted + other.accepted,
                    refused.plus(other.refused),
                    closed + other.closed,
                    handshakesFailed + other.handshakesFailed,
                    proxyRefused + other.proxyRefused,
                    waiting + other.waiting,
                    bytesIn + other.bytesIn,
                    bytesOut + other.bytesOut);
        }
    }
}
