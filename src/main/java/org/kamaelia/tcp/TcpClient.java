package org.kamaelia.tcp;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Deadline;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Linkage;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;

/**
 * An outgoing connection as a component: what goes into {@code inbox} is sent to the peer, what the peer sends
 * comes out of {@code outbox}. Kamaelia's {@code TCPClient}.
 *
 * <p>Its life:
 * <ol>
 *   <li>After the options' {@code delay} it connects, on its scheduler's event loop, and never blocks that. What is sent
 *       meanwhile waits in {@code inbox}, which is bounded.
 *   <li>Once connected a {@link ConnectedSocketAdapter}, its child, carries the bytes, as on a server's side: bounded both
 *       ways, with time limits.
 *   <li>{@link ProducerFinished} on {@code control}: what was sent before leaves, then the sending side is shut down; what
 *       the peer sends still comes. The peer's end of its sending: {@code ProducerFinished} with its {@link CloseCause}
 *       goes out of {@code signal}; what is sent to the peer still leaves. The order of the two does not matter.
 *   <li>When both have ended, or the connection broke, {@link SocketShutdown} goes out of {@code signal}, with the {@link
 *       CloseCause}.
 * </ol>
 *
 * <p>If it cannot connect, {@code ProducerFinished} with the {@link Throwable} goes out of {@code signal}: whoever comes
 * after it may finish what it holds. Kamaelia's sends the bare exception. {@link ShutdownMicroprocess} cuts it short at any
 * time, so that the peer sees a reset, and is passed on.
 *
 * <p>One that is asked to {@link Reconnect} tells nothing of a connection's end and connects again; only bytes that
 * it had not yet handed to the lost connection are sent on the next. It ends when it is told to, or after so many tries in a
 * row; one that was told to finish ends once it cannot connect and has nothing to send.
 */
public final class TcpClient extends Component {
    private final Inbox<Buffer> inbox = inbox("inbox", Buffer.class);
    private final Inbox<Signal> control = control();
    private final Inbox<Signal> feedback = addInbox("_socketFeedback", Signal.class);
    private final Outbox<Buffer> outbox = outbox("outbox", Buffer.class);
    private final Outbox<Signal> signal = signal();
    private final Outbox<SelectorRequest> selectorSignal = addOutbox("_selectorSignal", SelectorRequest.class);
    private final Outbox<Signal> selectorShutdownSignal = addOutbox("_selectorShutdownSignal", Signal.class);

    private final ClientOptions options;
    private final ListenPort port;
    private final Promise<Void> connected = Promise.promise();
    private @Nullable Selector selector;

    /** The end of a pause, or of the time to connect. */
    private @Nullable Deadline due;

    private boolean connecting;

    /** Which try it is: what becomes of an earlier one matters no more. */
    private int tries;

    /** Of those, so many in a row without a connection. */
    private int failed;

    /** Connected, and not served yet. */
    private @Nullable StreamSocket arrived;

    private @Nullable Throwable refusal;
    private @Nullable ConnectedSocketAdapter adapter;
    private @Nullable Linkage sending;

    /** Nothing more is to be sent. */
    private boolean outputEnding;

    /** The peer has ended its sending. */
    private boolean inputEnded;

    private @Nullable ShutdownMicroprocess cut;
    private boolean done;

    /** A client that connects once it is active. */
    public TcpClient(ClientOptions options) {
        this.options = options;
        this.port = new ListenPort("to " + options.host() + ":" + options.port(), options.socket());
        this.inbox.bound(options.socket().sendBound());
    }

    /** A client of that host and port, in the clear. Kamaelia's {@code TCPClient(host, port)}. */
    public TcpClient(String host, int port) {
        this(ClientOptions.of(host, port));
    }

    /** Completes when it is connected for the first time; failed if it ends before. */
    public Future<Void> connected() {
        return connected.future();
    }

    @Override
    protected Next step() {
        Selector at = selector;
        if (at == null) {
            at = start();
        }
        obeyControl();
        if (arrived != null && !done) {
            serve(at, arrived);
        }
        if (refusal != null && !done) {
            couldNotConnect(refusal);
        }
        hearFeedback();
        if (due != null && due.hasPassed() && !done) {
            due = null;
            if (connecting) {
                couldNotConnect(new TimeoutException("no connection to " + options.host() + ":" + options.port()
                        + " within connectTimeout " + Durations.format(options.connectTimeout())));
            } else {
                connect(at);
            }
        }
        return done ? DONE : PAUSE;
    }

    private Selector start() {
        Selector joined = Selector.join(scheduler());
        selector = joined;
        link(selectorSignal, joined.requests());
        link(selectorShutdownSignal, joined.control());
        pause(options.delay());
        return joined;
    }

    private void pause(Duration time) {
        due = wakeAfter(time);
    }

    private void obeyControl() {
        for (Signal next = control.poll(); next != null && !done; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess shutdown) {
                cutShort(shutdown);
            } else if (next instanceof ProducerFinished && !outputEnding) {
                outputEnding = true;
                endOutput();
            }
        }
    }

    private void cutShort(ShutdownMicroprocess shutdown) {
        cut = shutdown;
        if (adapter == null) {
            finish(shutdown);
        } else {
            tell(adapter.control(), shutdown);
        }
    }

    private void endOutput() {
        if (adapter != null) {
            tell(adapter.control(), inputEnded ? new ProducerFinished() : EndOutput.END_OUTPUT);
        }
    }

    private void finish(Signal lastWords) {
        signal.send(lastWords);
        done = true;
    }

    // ---- connecting

    private void connect(Selector at) {
        connecting = true;
        int mine = ++tries;
        due = wakeAfter(options.connectTimeout());
        ConnectOptions to = new ConnectOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setTimeout((int) options.connectTimeout().toMillis());
        if (options.tls() != null) {
            to.setSsl(true).setSslOptions(options.tls());
        }
        at.connect(to).onComplete(result -> tried(at, mine, result));
    }

    /** On the event loop, between steps: the socket is taken over before it can be read. */
    private void tried(Selector at, int which, AsyncResult<NetSocket> result) {
        boolean wanted = connecting && which == tries && !hasEnded();
        if (result.failed()) {
            refusal = wanted ? result.cause() : refusal;
        } else if (wanted) {
            arrived =
                    StreamSocket.adopt(at, (NetSocketInternal) result.result(), port, 0, new TcpServer.Totals(), this);
        } else {
            result.result().close();
        }
        wake();
    }

    private void serve(Selector at, StreamSocket socket) {
        arrived = null;
        endTry();
        failed = 0;
        inputEnded = false;
        ConnectedSocketAdapter made = new ConnectedSocketAdapter(socket, at, port, null);
        adapter = made;
        selectorSignal.send(made.newReader());
        selectorSignal.send(made.newWriter());
        addChild(made);
        link(made.creatorFeedback(), feedback);
        link(made.signal(), feedback);
        link(made.outbox("outbox", Buffer.class), outbox);
        sending = link(inbox, made.inbox("inbox", Buffer.class));
        activate(made);
        if (outputEnding) {
            endOutput();
        }
        connected.tryComplete();
    }

    private void couldNotConnect(Throwable cause) {
        refusal = null;
        endTry();
        failed++;
        Reconnect again = options.reconnect();
        boolean needless = outputEnding && !inbox.dataReady();
        if (again == null || failed >= again.tries() || needless) {
            finish(new ProducerFinished(cause));
            connected.tryFail(cause);
        } else {
            pause(again.pause(failed - 1, ThreadLocalRandom.current()::nextDouble));
        }
    }

    private void endTry() {
        connecting = false;
        if (due != null) {
            due.cancel();
            due = null;
        }
    }

    // ---- the connection's end

    private void hearFeedback() {
        for (Signal next = feedback.poll(); next != null && !done; next = feedback.poll()) {
            if (next instanceof SocketShutdown end) {
                connectionEnded(end);
            } else if (next instanceof ProducerFinished end) {
                inputEnded(end);
            }
        }
    }

    private void inputEnded(ProducerFinished end) {
        inputEnded = true;
        if (options.reconnect() == null || outputEnding) {
            signal.send(end);
        } else if (sending != null) {
            // What comes from now on is for the next connection.
            unlink(sending);
        }
        if (outputEnding || options.reconnect() != null) {
            endOutput();
        }
    }

    private void connectionEnded(SocketShutdown end) {
        if (adapter != null) {
            removeChild(adapter);
        }
        adapter = null;
        sending = null;
        Reconnect again = options.reconnect();
        if (cut != null) {
            finish(cut);
        } else if (again == null || outputEnding) {
            finish(new SocketShutdown(this, end.reason()));
        } else {
            pause(again.pause(0, ThreadLocalRandom.current()::nextDouble));
        }
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (arrived != null) {
            arrived.close();
        }
        if (adapter != null) {
            tell(adapter.control(), new ShutdownMicroprocess(failure));
        }
        connected.tryFail("the client has ended");
        if (selector != null) {
            selectorShutdownSignal.send(Selector.UserLeft.SHUTDOWN);
        }
    }
}
