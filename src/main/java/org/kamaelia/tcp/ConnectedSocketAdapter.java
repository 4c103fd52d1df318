package org.kamaelia.tcp;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.EndInput;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.tcp.SelectorRequest.NewReader;
import org.kamaelia.tcp.SelectorRequest.NewWriter;
import org.kamaelia.tcp.SelectorRequest.RemoveReader;
import org.kamaelia.tcp.SelectorRequest.RemoveWriter;

/**
 * One connection as a component: what the peer sends comes out of {@code outbox}, what goes into {@code
 * inbox} is sent to the peer. Kamaelia's {@code ConnectedSocketAdapter}.
 *
 * <p>On a port that takes PROXY headers one comes before everything, in the clear, and the client is let in by the address
 * in it; bytes behind it wait.
 *
 * <p>On a port that speaks TLS from its first byte the handshake comes before everything else: the server
 * activates the adapter for it, and hears of its end; bytes flow once whoever serves the connection has
 * called {@link #begin}.
 *
 * <p>A message on {@code makessl} makes a stream that began in the clear speak TLS, once what was sent before
 * has left; options without a certificate of their own mean the listener's. {@code sslready} tells when that
 * is agreed on: what comes out of {@code outbox} before that was sent in the clear, what comes after was not,
 * and nothing comes until it has been collected.
 *
 * <p>A handshake of either kind that fails, or takes longer than the listener's {@code handshakeTimeout}, is
 * the connection's end.
 *
 * <p>A connection's end, in order:
 * <ol>
 *   <li>The input ends: the peer's FIN, or {@link EndInput} from an operator, a drain or the idle limit.
 *       What was read is still delivered, then {@link ProducerFinished} goes out of {@code signal}.
 *   <li>The handler finishes its replies and passes it on to {@code control}; a handler may also begin
 *       here, by itself.
 *   <li>What waits in {@code inbox} is sent, then the sending side is shut down.
 *   <li>The peer's further bytes are read and dropped until its FIN, for closing with unread input would
 *       reset the connection and lose what was sent. Then it is closed.
 * </ol>
 *
 * <p>A handler that has sent its last and still wants what comes says {@link EndOutput}: what waits in {@code
 * inbox} is sent, the sending side is shut down, and the rest comes in its time.
 *
 * <p>Before that, {@code idleTimeout} and {@code maxAge} end the input, and {@code writeTimeout} resets a
 * connection whose peer takes nothing. From 1 on the listener's {@code closeTimeout} runs. It starts anew while the handler takes input or
 * the peer takes output, so that a slow reader of a long reply loses nothing; when it passes without
 * either, the connection is reset, or just closed if all that was to be sent has left. {@link
 * ShutdownMicroprocess} cuts all of it short.
 *
 * <p>At the end, once: {@link SocketShutdown} out of {@code CreatorFeedback}, {@link ShutdownCsa} out of
 * {@code signal}.
 */
public final class ConnectedSocketAdapter extends Component {
    /** So many reads are handed on in a step before others get their turn. */
    private static final int READS_PER_STEP = 16;

    /** Where a connection is on its way. */
    public enum Phase {
        /** A PROXY header is awaited, or TLS is being agreed on; nobody serves it yet. */
        HANDSHAKING("handshaking"),
        OPEN("open"),
        DRAINING("draining"),
        /** The input has ended; what was read is being delivered. */
        INPUT_ENDING("closing"),
        /** The handler knows that its input has ended. */
        HANDLER_FINISHING("closing"),
        /** The handler is done; what it sent is being sent. */
        FLUSHING("closing"),
        /** All is sent; the peer's end is awaited. */
        LINGERING("closing"),
        CLOSED("closed");

        private final String text;

        Phase(String text) {
            this.text = text;
        }

        /** As operators see it. */
        @Override
        public String toString() {
            return text;
        }
    }

    private final Inbox<Buffer> inbox = inbox("inbox", Buffer.class);
    private final Inbox<Signal> control = control();
    private final Inbox<Ready> readReady = addInbox("ReadReady", Ready.class);
    private final Inbox<Ready> sendReady = addInbox("SendReady", Ready.class);
    private final Inbox<ServerSSLOptions> makeSsl = addInbox("makessl", ServerSSLOptions.class, 1);
    private final Outbox<Ready> sslReady = addOutbox("sslready", Ready.class);
    private final Outbox<Buffer> outbox = outbox("outbox", Buffer.class);
    private final Outbox<Signal> creatorFeedback = addOutbox("CreatorFeedback", Signal.class);
    private final Outbox<Signal> signal = signal();
    private final Outbox<SelectorRequest> selectorSignal = addOutbox("_selectorSignal", SelectorRequest.class);

    private final StreamSocket socket;
    private final Selector selector;
    private final ListenPort port;
    private final NewReader newReader;
    private final NewWriter newWriter;
    private final ConnectionId id;

    /** Where it stands while it is open; null for an outgoing one. */
    private final @Nullable ConnectionTable table;

    private final long openedAtMillis = System.currentTimeMillis();

    private Phase phase;
    private boolean linked;

    /** Somebody has linked it, and serves it. */
    private boolean begun;

    private boolean armedToRead = true;
    private boolean armedToWrite = true;

    /** The handler sends nothing more, though it may still take what comes. */
    private boolean outputEnding;

    /** All that was to be sent was given to the socket, which has been told to end its sending side. */
    private boolean outputEnded;

    private boolean outputShut;

    /** TLS is being agreed on; nothing is read or written meanwhile. */
    private boolean upgrading;

    private long upgradeBegan;
    private @Nullable Deadline upgradeEnd;

    /** Of {@code upgrading} the first part: the PROXY header is not whole. */
    private boolean awaitsHeader;

    /** Why the client whom a proxy told of is not let in. */
    private @Nullable Refusal refusal;

    /** {@code sslready} was sent and is not collected. */
    private boolean upgradeUntold;

    private final TimeLimits limits;
    private @Nullable Throttle throttleIn;
    private @Nullable Throttle throttleOut;
    private long ignoredSignals;

    /** Bytes the handler sent when nobody took them any more. */
    private long untaken;

    private @Nullable CloseCause cause;
    private @Nullable String detail;
    private @Nullable Component handler;
    private @Nullable ClosedConnection record;

    ConnectedSocketAdapter(StreamSocket socket, Selector selector, ListenPort port, @Nullable ConnectionTable table) {
        this.table = table;
        this.id = table == null ? ConnectionId.next(0) : table.newId();
        this.socket = socket;
        this.selector = selector;
        this.port = port;
        this.newReader = new NewReader(socket, readReady);
        this.newWriter = new NewWriter(socket, sendReady);
        this.phase = port.beginsWithHandshake() ? Phase.HANDSHAKING : Phase.OPEN;
        this.inbox.bound(port.options().sendBound());
        this.limits = new TimeLimits(this, socket, selector, port);
    }

    @Override
    protected Next step() {
        if (!linked) {
            link(selectorSignal, selector.requests());
            linked = true;
            socket.adapter(this, limits);
            if (phase == Phase.HANDSHAKING) {
                beginHandshake();
            } else {
                applyLimits();
            }
        }
        if (phase == Phase.HANDSHAKING && !isServed()) {
            return phase == Phase.CLOSED ? DONE : PAUSE;
        }
        if (readReady.poll() != null) {
            armedToRead = false;
        }
        if (sendReady.poll() != null) {
            armedToWrite = false;
        }
        obeyControl();
        boolean more = !upgrading && receive();
        if (!upgrading) {
            send();
        }
        upgrade();
        advance();
        obeyLimits();
        if (phase == Phase.CLOSED) {
            return DONE;
        }
        return more ? AGAIN : PAUSE;
    }

    /** Begins once the handshake is over and somebody serves it; before that, whatever is told ends it. */
    private boolean isServed() {
        if (awaitsHeader) {
            lookForHeader();
        }
        if (!upgrading) {
            if (begun) {
                phase = Phase.OPEN;
                applyLimits();
            }
            return begun;
        }
        for (Signal next = control.poll(); next != null && upgrading; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess shutdown) {
                cutShort(shutdown.reason());
            } else if (next instanceof EndInput end) {
                refuse(end.reason() instanceof CloseCause known ? known : CloseCause.OPERATOR, null);
            } else if (next instanceof ServerDraining) {
                refuse(CloseCause.DRAINED, null);
            } else if (next == ServerControl.OPTIONS_CHANGED) {
                watchUpgrade();
            }
        }
        if (upgradeEnd != null && upgradeEnd.hasPassed()) {
            watchUpgrade();
        }
        return false;
    }

    private void refuse(CloseCause why, @Nullable String more) {
        upgrading = false;
        because(why, more, true);
        socket.close();
        phase = Phase.CLOSED;
    }

    /**
     * Its boxes are linked and bytes may flow. Whoever takes {@link NewCsa} calls this after activating it; on
     * the scheduler's thread.
     */
    public void begin() {
        begun = true;
        if (isActive()) {
            wake();
        }
    }

    // ---- control

    private void obeyControl() {
        for (Signal next = control.poll(); next != null && phase != Phase.CLOSED; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess shutdown) {
                cutShort(shutdown.reason());
            } else if (next instanceof ProducerFinished finished) {
                handlerFinished(finished.reason());
            } else if (next == EndOutput.END_OUTPUT) {
                outputEnding = true;
            } else if (next instanceof EndInput end) {
                endInput(end.reason() instanceof CloseCause known ? known : CloseCause.OPERATOR);
            } else if (next instanceof ServerDraining) {
                if (phase == Phase.OPEN) {
                    phase = Phase.DRAINING;
                }
                signal.send(next);
            } else if (next == ServerControl.OPTIONS_CHANGED) {
                applyLimits();
                watchUpgrade();
            } else {
                ignoredSignals++;
            }
        }
    }

    private void cutShort(@Nullable Object reason) {
        upgrading = false;
        if (reason == CloseCause.ABORTED) {
            overdue(
                    "the peer did not end its side before the drain was over",
                    (cause == null ? "" : cause + ", then ") + "the drain was over");
            return;
        }
        if (reason instanceof CloseCause known) {
            because(known, null, true);
        } else if (reason instanceof CloseReason told) {
            because(told.cause(), told.detail(), true);
        } else if (reason instanceof Throwable thrown) {
            because(CloseCause.HANDLER_FAILED, thrown.toString(), true);
        } else {
            because(CloseCause.HANDLER_FINISHED, null, false);
        }
        socket.abort();
        phase = Phase.CLOSED;
    }

    private void handlerFinished(@Nullable Object reason) {
        if (phase.compareTo(Phase.FLUSHING) < 0) {
            because(
                    reason instanceof CloseCause known ? known : CloseCause.HANDLER_FINISHED,
                    reason instanceof String why ? why : null,
                    false);
            phase = Phase.FLUSHING;
            socket.stopReading();
            socket.discardInput();
            limits.close();
        }
    }

    private void endInput(CloseCause why) {
        if (phase.compareTo(Phase.INPUT_ENDING) < 0) {
            because(why, null, false);
            socket.stopReading();
            inputHasEnded();
        }
    }

    private void inputHasEnded() {
        phase = Phase.INPUT_ENDING;
        limits.close();
    }

    /** The first cause stays, unless a stronger one comes. */
    private void because(CloseCause why, @Nullable String more, boolean stronger) {
        if (cause == null || stronger) {
            cause = why;
            detail = more;
        }
    }

    // ---- data

    /** From the socket to the outbox; true if more could be done at once. */
    private boolean receive() {
        if (phase.compareTo(Phase.INPUT_ENDING) > 0) {
            return false;
        }
        for (int reads = 0; reads < READS_PER_STEP; reads++) {
            if (!socket.hasUnread()) {
                return endOrRearm();
            }
            if (!outbox.hasRoom() || isHeldBack(throttleIn) || (upgradeUntold && isUpgradeUntold())) {
                return false;
            }
            Buffer chunk = socket.read();
            if (chunk != null) {
                limits.delivered(chunk.length());
                if (throttleIn != null) {
                    ListenerOptions options = port.options();
                    throttleIn.spend(chunk.length(), options.rateIn(), options.listenerRateIn());
                }
                outbox.send(chunk);
            }
        }
        return true;
    }

    private boolean endOrRearm() {
        if (socket.isAtEnd()) {
            if (phase.compareTo(Phase.INPUT_ENDING) < 0) {
                Throwable failure = socket.failure();
                if (failure == null) {
                    because(CloseCause.PEER_CLOSED, cutOff(), false);
                } else {
                    because(CloseCause.PEER_RESET, String.valueOf(failure.getMessage()), false);
                }
                inputHasEnded();
            }
            phase = Phase.HANDLER_FINISHING;
            signal.send(new ProducerFinished(cause));
            socket.discardInput();
        } else if (!armedToRead) {
            armedToRead = true;
            selectorSignal.send(newReader);
        }
        return false;
    }

    /** From the inbox to the socket, as far as that takes it. */
    private void send() {
        if (socket.isClosed() || outputEnded) {
            // Nobody takes it any more; the handler must not wait for room in vain.
            for (Buffer left = inbox.poll(); left != null; left = inbox.poll()) {
                untaken += left.length();
            }
            if (socket.isClosed() || phase == Phase.LINGERING) {
                limits.close();
            }
            return;
        }
        while (inbox.dataReady()) {
            if (!socket.isWritable()) {
                if (!armedToWrite) {
                    armedToWrite = true;
                    selectorSignal.send(newWriter);
                }
                return;
            }
            if (isHeldBack(throttleOut)) {
                return;
            }
            Buffer bytes = inbox.receive();
            socket.write(bytes);
            limits.active();
            if (throttleOut != null) {
                ListenerOptions options = port.options();
                throttleOut.spend(bytes.length(), options.rateOut(), options.listenerRateOut());
            }
        }
    }

    /** Once its input has ended it may have what was read, which is bounded. */
    private boolean isHeldBack(@Nullable Throttle throttle) {
        boolean ending = throttle == throttleIn && phase.compareTo(Phase.INPUT_ENDING) >= 0;
        if (throttle == null || ending || throttle.allows()) {
            return false;
        }
        limits.heldBack(throttle.until());
        return true;
    }

    private void applyLimits() {
        limits.watch();
        applyRates();
    }

    /** Most connections have no rate, and nothing that holds them to one. */
    private void applyRates() {
        ListenerOptions options = port.options();
        boolean in = options.rateIn() != null || options.listenerRateIn() != null;
        boolean out = options.rateOut() != null || options.listenerRateOut() != null;
        endThrottles();
        throttleIn = in ? new Throttle(this, selector.timeouts(), port.paceIn()) : null;
        throttleOut = out ? new Throttle(this, selector.timeouts(), port.paceOut()) : null;
    }

    private void endThrottles() {
        if (throttleIn != null) {
            throttleIn.end();
        }
        if (throttleOut != null) {
            throttleOut.end();
        }
    }

    // ---- TLS

    /** To TLS, once what was sent before has been written in the clear. */
    private void upgrade() {
        if (upgrading || inbox.dataReady() || phase.compareTo(Phase.INPUT_ENDING) >= 0) {
            return;
        }
        ServerSSLOptions options = makeSsl.poll();
        if (options == null) {
            return;
        }
        beginUpgrade();
        if (options.getKeyCertOptions() == null) {
            upgradeTo(port.tls());
        } else {
            TlsUpgrade.prepare((ContextInternal) Vertx.currentContext(), options, remoteAddress())
                    .onSuccess(handler -> socket.upgradeToTls(handler, this::upgraded))
                    .onFailure(this::upgraded);
        }
    }

    private void beginHandshake() {
        beginUpgrade();
        ProxyProtocol rule = port.options().proxyProtocol();
        if (rule.isOn()) {
            awaitsHeader = true;
            socket.expectProxyHeader(
                    rule.mode() == ProxyProtocol.Mode.REQUIRED, port.admission().isProxy(socket.channelAddress()));
        } else {
            upgradeTo(port.tls());
        }
    }

    private void lookForHeader() {
        ProxyHeader header = socket.proxyHeader();
        if (header == null) {
            return;
        }
        String problem = header.problem();
        if (problem != null) {
            refuse(CloseCause.PROXY_REFUSED, problem);
        } else if (isAdmitted(header)) {
            awaitsHeader = false;
            if (port.beginsInTls()) {
                upgradeTo(port.tls());
            } else {
                upgraded(null);
            }
        }
    }

    /** A proxy's client is let in by its own address; all others have been already. */
    private boolean isAdmitted(ProxyHeader header) {
        SocketAddress told = header.source();
        if (told != null) {
            socket.comesFrom(told);
        }
        if (!port.admission().isProxy(socket.channelAddress())) {
            return true;
        }
        java.net.SocketAddress client = told == null ? socket.channelAddress() : Admission.address(told);
        long origin = Admission.origin(client);
        refusal = port.admission().arrive(client, origin);
        if (refusal != null) {
            refuse(CloseCause.NOT_ADMITTED, refusal + ", by the address that its proxy told");
            return false;
        }
        socket.origin(origin);
        return true;
    }

    private void beginUpgrade() {
        upgrading = true;
        upgradeBegan = scheduler().clock().nanoTime();
        watchUpgrade();
    }

    private void upgradeTo(@Nullable ServerTls listeners) {
        if (listeners == null) {
            upgraded(new IllegalStateException("listener " + port.listener() + " has no tls"));
        } else {
            socket.upgradeToTls(listeners.newHandler(socket.allocator()), this::upgraded);
        }
    }

    private void upgraded(@Nullable Throwable failure) {
        if (!upgrading) {
            return;
        }
        upgrading = false;
        if (upgradeEnd != null) {
            upgradeEnd.cancel();
            upgradeEnd = null;
        }
        if (failure != null) {
            Throwable broken = socket.failure();
            refuse(
                    awaitsHeader ? CloseCause.PROXY_REFUSED : CloseCause.HANDSHAKE_FAILED,
                    TlsLayer.reason(broken == null ? failure : broken));
        } else if (phase == Phase.HANDSHAKING) {
            creatorFeedback.send(new HandshakeDone(this));
        } else {
            upgradeUntold = sslReady.offer(Ready.READY);
        }
        wake();
    }

    /** The listener's {@code handshakeTimeout} may have become another, or be over. */
    private void watchUpgrade() {
        if (upgradeEnd != null) {
            upgradeEnd.cancel();
            upgradeEnd = null;
        }
        if (!upgrading) {
            return;
        }
        Duration limit = port.options().handshakeTimeout();
        Duration left = limit.minusNanos(scheduler().clock().nanoTime() - upgradeBegan);
        if (left.isNegative() || left.isZero()) {
            upgraded(new TimeoutException(
                    (awaitsHeader ? "the PROXY header was not whole" : "the handshake was not over")
                            + " within handshakeTimeout " + Durations.format(limit)));
        } else {
            upgradeEnd = wakeAfter(left);
        }
    }

    private boolean isUpgradeUntold() {
        upgradeUntold = !sslReady.hasRoom();
        return upgradeUntold;
    }

    // ---- the end

    private void advance() {
        if (socket.isClosed() && phase != Phase.CLOSED) {
            lost();
        } else if (phase == Phase.FLUSHING && !inbox.dataReady()) {
            phase = Phase.LINGERING;
            if (socket.peerHasEnded()) {
                outputEnded = true;
                socket.flushAndClose();
            } else {
                endOutput();
            }
        } else if (outputEnding && !inbox.dataReady() && phase != Phase.CLOSED) {
            endOutput();
        }
        if (phase == Phase.LINGERING) {
            if (outputShut && socket.peerHasEnded()) {
                socket.close();
                phase = Phase.CLOSED;
            }
        } else if (outputShut && socket.peerHasEnded()) {
            // Both sides have ended: what has come stays to be read, and epoll would tell of it again and again.
            socket.close();
        }
        if (phase.compareTo(Phase.INPUT_ENDING) > 0 && !armedToRead && !socket.peerHasEnded()) {
            armedToRead = true;
            selectorSignal.send(newReader);
        }
    }

    private void endOutput() {
        if (!outputEnded) {
            outputEnded = true;
            socket.shutdownOutput(() -> {
                outputShut = true;
                wake();
            });
        }
    }

    /** The channel is gone. Input that had come before is still the handler's. */
    private void lost() {
        if (phase.compareTo(Phase.INPUT_ENDING) <= 0 && socket.hasUnread()) {
            return;
        }
        Throwable failure = socket.failure();
        if (failure != null) {
            because(CloseCause.PEER_RESET, String.valueOf(failure.getMessage()), cause == CloseCause.PEER_CLOSED);
        }
        because(CloseCause.PEER_CLOSED, cutOff(), false);
        phase = Phase.CLOSED;
    }

    private @Nullable String cutOff() {
        return socket.isCutOff()
                ? "the peer ended without TLS's close_notify: what it sent may have been cut off"
                : null;
    }

    private void obeyLimits() {
        if (upgradeEnd != null && upgradeEnd.hasPassed()) {
            watchUpgrade();
        }
        TimeLimits.Passed passed = phase == Phase.CLOSED ? null : limits.look(outputShut);
        if (passed == null) {
            return;
        }
        switch (passed) {
            case IDLE -> endInput(CloseCause.IDLE);
            case AGE -> endInput(CloseCause.TOO_OLD);
            case WRITE ->
                abort(
                        CloseCause.WRITE_TIMEOUT,
                        "the peer took nothing for writeTimeout "
                                + Durations.format(port.options().writeTimeout()));
            case CLOSE -> closeTimeoutPassed();
        }
        wake();
    }

    private void closeTimeoutPassed() {
        String limit = "closeTimeout " + Durations.format(port.options().closeTimeout());
        overdue("the peer did not end its side within " + limit, cause + ", then nothing moved for " + limit);
    }

    /** Its end has taken too long, and one of these says how. */
    private void overdue(String notClosed, String aborted) {
        if (phase == Phase.LINGERING && outputShut) {
            // All has left; a reset would take back what the system still has on its way to a slow peer.
            detail = detail == null ? notClosed : detail + "; then " + notClosed;
            socket.close();
            phase = Phase.CLOSED;
        } else {
            abort(CloseCause.ABORTED, aborted);
        }
    }

    private void abort(CloseCause why, String more) {
        because(why, more, true);
        socket.abort();
        phase = Phase.CLOSED;
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (failure != null) {
            because(CloseCause.ABORTED, failure.toString(), true);
        }
        because(CloseCause.ABORTED, "its scheduler stopped", false);
        leaveTable();
        // First of all: the server's count of open connections hangs on this.
        creatorFeedback.send(new SocketShutdown(this, cause));
        signal.send(new ShutdownCsa(this));
        if (!socket.isClosed() && phase != Phase.CLOSED) {
            socket.abort();
        }
        phase = Phase.CLOSED;
        limits.end();
        endThrottles();
        selectorSignal.send(new RemoveReader(socket));
        selectorSignal.send(new RemoveWriter(socket));
        scheduler().emit(closedConnection());
    }

    private void leaveTable() {
        if (table != null) {
            table.remove(this);
        }
    }

    /** Closes a connection that nobody serves. */
    void close(CloseCause why) {
        leaveTable();
        because(why, null, false);
        socket.close();
        phase = Phase.CLOSED;
        wake();
    }

    /** What remains of it; once it has ended. */
    ClosedConnection closedConnection() {
        if (record == null) {
            long waiting = untaken;
            for (Buffer left = inbox.poll(); left != null; left = inbox.poll()) {
                waiting += left.length();
            }
            record = new ClosedConnection(
                    id.toString(),
                    port.listener(),
                    port.options().protocol(),
                    socket.remoteText(),
                    socket.localText(),
                    openedAt(),
                    Instant.now(),
                    socket.bytesIn(),
                    socket.bytesOut(),
                    socket.unsentBytes() + waiting,
                    cause == null ? CloseCause.UNSERVED : cause,
                    detail,
                    tlsFacts(),
                    socket.proxyText());
        }
        return record;
    }

    // ---- what others see

    StreamSocket socket() {
        return socket;
    }

    NewReader newReader() {
        return newReader;
    }

    NewWriter newWriter() {
        return newWriter;
    }

    Outbox<Signal> creatorFeedback() {
        return creatorFeedback;
    }

    /** Unique for ever, in the order of accepting. */
    public ConnectionId id() {
        return id;
    }

    /** What it came through. */
    public ListenPort port() {
        return port;
    }

    /** Puts a signal into {@code control}, as from outside. On its event loop. */
    public Outcome tell(Signal signal) {
        return selector.scheduler().deliver(control, signal);
    }

    /** Puts bytes into {@code inbox}, as from outside. On its event loop. */
    public Outcome tell(Buffer bytes) {
        if (outputEnding || phase.compareTo(Phase.FLUSHING) >= 0) {
            return Outcome.GONE;
        }
        return selector.scheduler().deliver(inbox, bytes);
    }

    /** Says which component serves it, for whoever looks. */
    public void servedBy(Component served) {
        handler = served;
    }

    /** Messages on {@code control} that mean nothing to an adapter. */
    public long ignoredSignals() {
        return ignoredSignals;
    }

    /** The component that serves it; null before one does. */
    public @Nullable Component handler() {
        return handler;
    }

    public Phase phase() {
        return phase;
    }

    /** Why it ended, or is about to; null while nothing speaks of an end. */
    public @Nullable CloseCause closeCause() {
        return cause;
    }

    /** The client's: the peer's own, or what a trusted proxy told. */
    public SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /** The proxy that told of the client; null if there is none. */
    public @Nullable SocketAddress proxyAddress() {
        return socket.proxyAddress();
    }

    /** Why the client whom a proxy told of was not let in; null if it was. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    public SocketAddress localAddress() {
        return socket.localAddress();
    }

    /** {@link #remoteAddress()} in words. */
    public String remoteText() {
        return socket.remoteText();
    }

    /** {@link #localAddress()} in words. */
    public String localText() {
        return socket.localText();
    }

    /** {@link #proxyAddress()} in words. */
    public @Nullable String proxyText() {
        return socket.proxyText();
    }

    /** What was agreed on with the peer; null in the clear, and while that is under way. */
    public @Nullable TlsFacts tlsFacts() {
        return socket.tlsFacts();
    }

    public Instant openedAt() {
        return Instant.ofEpochMilli(openedAtMillis);
    }

    /** For how long no byte has moved either way. */
    public Duration idle() {
        return Duration.ofNanos(limits.idle(selector.scheduler().clock().nanoTime()));
    }

    /** When a byte last moved, in its scheduler's clock: to compare connections of several that share one. */
    public long lastActive() {
        return limits.lastActive();
    }

    /** For how long it has been open. */
    public Duration age() {
        return Duration.ofNanos(limits.age(selector.scheduler().clock().nanoTime()));
    }

    /**
     * In how long the listener's {@code idleTimeout}, {@code maxAge} or {@code writeTimeout} ends it, or {@code
     * closeTimeout} where it is on its way to the end already, if no byte moves until then; null if none does.
     */
    public @Nullable Duration endsWithin() {
        return phase == Phase.HANDSHAKING
                ? null
                : limits.endsWithin(selector.scheduler().clock().nanoTime());
    }

    /** Whether its client's address is one of those; a UNIX domain socket has none. */
    public boolean comesFrom(AddressBlock block) {
        return socket.clientAddress() instanceof InetSocketAddress inet && block.contains(inet.getAddress());
    }

    public long bytesIn() {
        return socket.bytesIn();
    }

    public long bytesOut() {
        return socket.bytesOut();
    }

    /** Bytes taken from the handler that have not left the process. */
    public long unsentBytes() {
        return socket.unsentBytes();
    }

    /** Bytes received that the handler has not been given. */
    public long unreadBytes() {
        return socket.unreadBytes();
    }

    /** What it waits for, in words for an operator. */
    public String waitsFor() {
        if (upgrading) {
            return awaitsHeader ? "the peer's PROXY header" : "the peer to agree on TLS";
        }
        if (phase == Phase.LINGERING) {
            return "the peer to end its side";
        }
        long unsent = socket.unsentBytes();
        if (!socket.isClosed() && !socket.isWritable() && unsent > 0) {
            return "the peer to take " + unsent + " bytes that wait to be sent";
        }
        if (throttleOut != null && inbox.dataReady()) {
            return "rateOut, or the listener's, to let more be sent";
        }
        if (throttleIn != null && socket.hasUnread() && outbox.hasRoom()) {
            return "rateIn, or the listener's, to let more be read";
        }
        if (socket.hasUnread()) {
            return "its handler: " + outbox.destination() + " is full, " + socket.unreadBytes()
                    + " bytes wait behind it";
        }
        Inbox<?> handlers = outbox.destination();
        if (handlers != null && handlers.dataReady()) {
            return "its handler: " + handlers.used() + " " + handlers.unit() + " wait in " + handlers;
        }
        if (phase == Phase.HANDLER_FINISHING) {
            return "its handler to finish";
        }
        return outputEnded ? "the peer to end its side" : "nothing: both sides are quiet";
    }
}
