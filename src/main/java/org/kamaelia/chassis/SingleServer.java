package org.kamaelia.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionNotice;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.NewCsa;
import org.kamaelia.tcp.ShutdownCsa;
import org.kamaelia.tcp.TcpServer;

/**
 * Serves one client at a time by whatever it is linked to: what the client sends comes out of {@code outbox}, what
 * goes into {@code inbox} is sent to the client. Kamaelia's {@code SingleServer}.
 *
 * <p>Who connects while there is a client is sent {@link ProducerFinished}, which closes the connection without a
 * reset. One at a time holds for a {@link ListenPort}: of the servers that share one, each on an event loop of
 * its own, one has a client.
 *
 * <p>A client's end, in order:
 * <ol>
 *   <li>When it has sent its last byte, {@link ProducerFinished} goes out of {@code signal}; one that is broken off
 *       shows there as {@link SocketShutdown}.
 *   <li>{@code ProducerFinished} on {@code control} says that all replies are in {@code inbox}: they are sent,
 *       and the connection is closed. If {@code signal} leads nowhere, so that nobody could say it, that happens
 *       at once. The listener's {@code closeTimeout} bounds the wait.
 *   <li>The next client is served. What comes into {@code inbox} meanwhile waits for that one.
 * </ol>
 *
 * <p>{@code ProducerFinished} on {@code control} at another time closes the connection of the client in the same way.
 * {@link ServerShutdown} drains, {@link ShutdownMicroprocess} closes the client's connection at once; both
 * end the server, and go on out of {@code signal} when it has ended.
 */
public final class SingleServer extends Component {
    private final Inbox<Signal> control = control();
    private final Inbox<Buffer> inbox = inbox("inbox", Buffer.class);
    private final Outbox<Buffer> outbox = outbox("outbox", Buffer.class);
    private final Outbox<Signal> signal = signal();
    private final Inbox<ConnectionNotice> connections = addInbox("_oobinfo", ConnectionNotice.class);
    private final Inbox<Signal> fromClient = addInbox("_CSA_control", Signal.class);
    private final Outbox<Signal> serverSignal = addOutbox("_serversignal", Signal.class);

    private final TcpServer server;
    private final ListenPort port;
    private final Promise<Void> completion = Promise.promise();
    private boolean started;
    private @Nullable ConnectedSocketAdapter client;

    /** What {@code signal} was told of the client's end; null before that. */
    private @Nullable Signal endTold;

    /** The same of the client before: when that comes back, it is not the present client that it is about. */
    private @Nullable Signal endToldBefore;

    private @Nullable ShutdownMicroprocess stop;

    /**
     * A server without a client.
     *
     * @param server not active yet; listens where several may share the port
     */
    public SingleServer(TcpServer server) {
        this.server = server;
        this.port = server.port();
        // What waits for a client must fit into what sends it.
        inbox.bound(port.options().sendBound());
    }

    /** The server that it serves. */
    public TcpServer server() {
        return server;
    }

    /** Completes when it has ended. */
    public Future<Void> completion() {
        return completion.future();
    }

    @Override
    protected Next step() {
        if (!started) {
            start();
        }
        // First what the client said: its end may wait already, and the next client behind it.
        hearClient();
        for (ConnectionNotice next = connections.poll(); next != null; next = connections.poll()) {
            if (next instanceof NewCsa come) {
                connected(come.adapter());
            } else if (next instanceof ShutdownCsa gone && gone.adapter() == client) {
                clientEnded(gone.adapter());
            }
        }
        obeyControl();
        if (server.hasEnded()) {
            signal.send(stop == null ? new ShutdownMicroprocess("the server has ended") : stop);
            return DONE;
        }
        return PAUSE;
    }

    private void start() {
        started = true;
        link(server.outbox("protocolHandlerSignal", ConnectionNotice.class), connections);
        link(serverSignal, server.control());
        addChild(server);
        activate(server);
    }

    // ---- clients

    private void connected(ConnectedSocketAdapter adapter) {
        if (client == null && port.claim()) {
            client = adapter;
            link(adapter.outbox("outbox", Buffer.class), outbox);
            link(inbox, adapter.inbox("inbox", Buffer.class));
            link(adapter.signal(), fromClient);
            adapter.servedBy(this);
        } else {
            tell(adapter.control(), new ProducerFinished(CloseCause.UNSERVED));
        }
        activate(adapter);
    }

    private void hearClient() {
        for (Signal next = fromClient.poll(); next != null; next = fromClient.poll()) {
            if (next instanceof ShutdownCsa || client == null) {
                continue;
            }
            if (next instanceof ProducerFinished) {
                endTold = next;
            }
            if (signal.destination() != null) {
                signal.send(next);
            } else if (next instanceof ProducerFinished) {
                tellClient(next);
            }
        }
    }

    private void tellClient(Signal what) {
        if (client != null) {
            tell(client.control(), what);
        }
    }

    private void clientEnded(ConnectedSocketAdapter adapter) {
        client = null;
        unlink(adapter);
        port.release();
        if (endTold == null) {
            endTold = new SocketShutdown(adapter, adapter.closeCause());
            signal.send(endTold);
        }
        endToldBefore = endTold;
        endTold = null;
    }

    // ---- the end

    private void obeyControl() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess asked) {
                stop = asked;
                if (!(asked instanceof ServerShutdown)) {
                    tellClient(asked);
                }
                serverSignal.send(
                        asked instanceof ServerShutdown
                                ? asked
                                : new ServerShutdown(Duration.ZERO, Duration.ZERO, asked.reason()));
            } else if (next instanceof ProducerFinished && next != endToldBefore) {
                tellClient(next);
            }
        }
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (client != null) {
            end(client);
            port.release();
        }
        end(server);
        completion.tryComplete();
    }
}
