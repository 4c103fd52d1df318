package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Inbox;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.tcp.Admission.Turn;

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
    private final TcpServer owner;
    private final TcpServer.Totals totals;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Inbox<Ready> acceptor;
    private boolean found;
    private boolean suspended;

    /** The port's pace allows nobody now. */
    private boolean paced;

    /** This share wants nobody accepted. */
    private boolean holding;

    private boolean closed;

    /**
     * A share that is still to listen.
     *
     * @param owner woken when somebody who waits has gone
     * @param acceptLoop where Vert.x accepts
     */
    ListenSocket(
            TcpServer owner,
            Selector selector,
            ListenPort port,
            NetServer server,
            EventLoop acceptLoop,
            TcpServer.Totals totals) {
        this.owner = owner;
        this.acceptLoop = acceptLoop;
        this.totals = totals;
        this.selector = selector;
        this.port = port;
        this.server = server;
        server.connectHandler(this::connected);
    }

    private void connected(NetSocket socket) {
        NetSocketInternal connected = (NetSocketInternal) socket;
        Channel channel = connected.channelHandlerContext().channel();
        if (!found) {
            found = true;
            port.found(channel.parent());
        }
        if (closed) {
            connected.close();
            return;
        }
        SocketAddress remote = channel.remoteAddress();
        // A proxy's clients have nothing in common but the proxy.
        long origin = port.admission().isProxy(remote) ? 0 : Admission.origin(remote);
        Refusal refusal = port.admission().connect(remote, origin);
        if (refusal != null) {
            refused(refusal, remote);
            connected.close();
            return;
        }
        StreamSocket adopted = StreamSocket.adopt(selector, connected, port, origin, totals, owner);
        Turn turn = port.admission().queue(channel, adopted, owner);
        waiting.add(turn);
        port.admission().ask(turn, now());
        if (suspended
                || paced
                || waiting.size() >= Math.min(MOST_WAITING, port.options().backlog())) {
            acceptReads(false);
        }
        tellAcceptor();
    }

    /** Counts one who is turned away, and tells of it unless that was done lately. */
    void refused(Refusal refusal, SocketAddress remote) {
        totals.refused = totals.refused.plus(refusal);
        ConnectionsRefused told = port.admission()
                .refused(
                        port.listener(),
                        refusal,
                        remote,
                        selector.scheduler().clock().nanoTime());
        if (told != null) {
            selector.scheduler().emit(told);
        }
    }

    /** The one that has waited longest; null while there is none. */
    @Nullable
    Turn first() {
        return waiting.peek();
    }

    /** The same one waits no longer. */
    void accepted() {
        Turn unused = waiting.remove();
        acceptAgain();
    }

    /** Forgets connections whose peers did not wait. */
    void forgetThoseWhoLeft() {
        boolean any = waiting.removeIf(each -> {
            if (each.socket.hasLeft()) {
                drop(each);
                return true;
            }
            return false;
        });
        if (any) {
            acceptAgain();
        }
    }

    private void drop(Turn turn) {
        port.admission().withdraw(turn, now());
        port.admission().leave(turn.socket.origin());
        turn.socket.close();
    }

    private long now() {
        return selector.scheduler().cycleTime();
    }

    /** Whether the port's pace allows nobody now: who comes next waits in the kernel. */
    void pace(boolean holds) {
        paced = holds;
        if (holds) {
            acceptReads(false);
        } else {
            acceptAgain();
        }
    }

    private void acceptAgain() {
        if (waiting.isEmpty() && !suspended && !paced) {
            acceptReads(true);
        }
    }

    /** Accept nobody until {@link #resume}. */
    void suspend() {
        if (!suspended) {
            suspended = true;
            port.admission().suspend(waiting);
        }
        acceptor = null;
        acceptReads(false);
    }

    void resume() {
        endSuspension();
        acceptAgain();
    }

    private void endSuspension() {
        if (suspended) {
            suspended = false;
            port.admission().resume(now());
        }
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
        for (Turn next = waiting.poll(); next != null; next = waiting.poll()) {
            drop(next);
        }
        endSuspension();
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
