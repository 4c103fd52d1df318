package org.kamaelia.tcp;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Inbox;
import org.kamaelia.eventloop.OnContext;

/**
 * One event loop's share of a listening port: Vert.x's {@code NetServer} pushes sockets in, a {@link
 * TcpServer} accepts them when it is ready. Confined to the event loop.
 *
 * <p>While a share wants nobody accepted the shared server channel does not read; those that had got
 * through before that wait here as they would in the backlog.
 */
final class ListenSocket implements SelectorRequest.Selectable {
    /** From so many waiting on, the kernel's backlog takes over. */
    private static final int MOST_WAITING = 256;

    private static final Duration GRACE = Duration.ofDays(365);

    private final Selector selector;
    private final ListenPort port;
    private final NetServer server;
    private final EventLoop acceptLoop;
    private final TcpServer.Totals totals;
    private final ArrayDeque<StreamSocket> waiting = new ArrayDeque<>();
    private @Nullable Inbox<Ready> acceptor;
    private boolean found;
    private boolean suspended;

    /** This share wants nobody accepted. */
    private boolean holding;

    private boolean closed;

    /**
     * A share that is still to listen.
     *
     * @param acceptLoop where Vert.x accepts
     */
    ListenSocket(Selector selector, ListenPort port, NetServer server, EventLoop acceptLoop, TcpServer.Totals totals) {
        this.acceptLoop = acceptLoop;
        this.totals = totals;
        this.selector = selector;
        this.port = port;
        this.server = server;
        server.connectHandler(this::connected);
    }

    private void connected(NetSocket socket) {
        NetSocketInternal connected = (NetSocketInternal) socket;
        if (!found) {
            found = true;
            port.found(connected.channelHandlerContext().channel().parent());
        }
        if (closed) {
            connected.close();
            return;
        }
        waiting.add(StreamSocket.adopt(selector, connected, port.options(), totals));
        if (suspended || waiting.size() >= MOST_WAITING) {
            acceptReads(false);
        }
        tellAcceptor();
    }

    /** The next connection; null while there is none. */
    @Nullable
    StreamSocket accept() {
        StreamSocket next = waiting.poll();
        if (waiting.isEmpty() && !suspended) {
            acceptReads(true);
        }
        return next;
    }

    /** Accept nobody until {@link #resume}. */
    void suspend() {
        suspended = true;
        acceptor = null;
        acceptReads(false);
    }

    void resume() {
        suspended = false;
        acceptReads(true);
    }

    private Future<Void> acceptReads(boolean reads) {
        if (holding != reads) {
            return Future.succeededFuture();
        }
        holding = !reads;
        return port.hold(holding);
    }

    @Override
    public void readInterest(@Nullable Inbox<Ready> inbox) {
        acceptor = inbox;
        if (!waiting.isEmpty()) {
            tellAcceptor();
        }
    }

    @Override
    public void writeInterest(@Nullable Inbox<Ready> inbox) {
        throw new IllegalArgumentException("nothing is written to a listening socket");
    }

    private void tellAcceptor() {
        Inbox<Ready> to = acceptor;
        if (to != null && !suspended) {
            acceptor = null;
            selector.tellReady(to);
        }
    }

    /**
     * Closes it, and whoever was not accepted yet. Connections that were accepted live on.
     *
     * @return done when all of them have closed and the port, as far as this share of it goes, is free
     */
    Future<Void> close() {
        closed = true;
        for (StreamSocket next = waiting.poll(); next != null; next = waiting.poll()) {
            next.close();
        }
        boolean othersListen = port.othersListen();
        // Whom Vert.x still accepts when its last server has gone from the port it drops with a stack trace.
        return OnContext.of(Vertx.currentContext(), acceptReads(false))
                .compose(held -> {
                    // When the grace is over Vert.x closes what is left; the adapters have their own, shorter limits.
                    Future<Void> shut = server.shutdown(GRACE.toMillis(), TimeUnit.MILLISECONDS);
                    if (othersListen) {
                        Future<Void> unused = acceptReads(true);
                    }
                    return shut;
                })
                .transform(shut -> ListenPort.afterNextSelect(acceptLoop));
    }

    /** How many connections wait to be accepted. */
    int waiting() {
        return waiting.size();
    }
}
