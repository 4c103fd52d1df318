package org.kamaelia.rest;

import io.netty.channel.ChannelFuture;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminLimits;

/**
 * The plane's own connections: no more than so many, and none that waits without asking anything. Bytes alone do not count as
 * asking, so that one who sends a header a second is not served for ever. Where there is no room, a newcomer takes the place of
 * the stranger who has waited longest, or else of the caller who has asked nothing for longest: those who have shown who they
 * are, and are being served, stay. Any thread.
 */
final class Visitors {

    private final Vertx vertx;
    private final AdminLimits limits;
    private final Map<HttpConnection, Visit> open = new HashMap<>();

    /** Those that nobody is known to be behind, by when they came, asked or were answered last. */
    private final Set<HttpConnection> strangers = new LinkedHashSet<>();

    /** Those of callers who ask nothing now, by when they were answered. */
    private final Set<HttpConnection> resting = new LinkedHashSet<>();

    private static final class Visit {
        /** Ends it while no request of it is served. */
        @Nullable
        Long timer;

        /** Whoever asked last has shown who they are. */
        boolean known;
    }

    Visitors(Vertx vertx, AdminLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
    }

    /** Closes a connection now: as HTTP does it that would wait until its reader has taken what lies there. */
    static void cut(HttpConnection connection) {
        ChannelFuture unused =
                ((HttpServerConnection) connection).channelHandlerContext().close();
    }

    synchronized void connected(HttpConnection connection) {
        if (open.size() >= limits.connections() && !makeRoom()) {
            cut(connection);
            return;
        }
        Visit visit = new Visit();
        open.put(connection, visit);
        rest(connection, visit);
        connection.closeHandler(ignored -> left(connection));
    }

    /** A request of this connection has come as far as its headers. */
    synchronized void asked(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null) {
            stopTimer(visit);
            visit.known = false;
            last(strangers, connection);
            resting.remove(connection);
        }
    }

    /** Whoever asks has shown who they are. */
    synchronized void known(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null) {
            visit.known = true;
            strangers.remove(connection);
        }
    }

    /** The request has been answered. */
    synchronized void answered(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null) {
            rest(connection, visit);
        }
    }

    private void rest(HttpConnection connection, Visit visit) {
        stopTimer(visit);
        visit.timer = vertx.setTimer(limits.idleTimeout().toMillis(), ignored -> connection.close());
        last(visit.known ? resting : strangers, connection);
    }

    private boolean makeRoom() {
        Iterator<HttpConnection> longestFirst = (strangers.isEmpty() ? resting : strangers).iterator();
        if (!longestFirst.hasNext()) {
            return false;
        }
        HttpConnection longest = longestFirst.next();
        left(longest);
        cut(longest);
        return true;
    }

    private synchronized void left(HttpConnection connection) {
        Visit visit = open.remove(connection);
        if (visit != null) {
            stopTimer(visit);
            strangers.remove(connection);
            resting.remove(connection);
        }
    }

    private void stopTimer(Visit visit) {
        if (visit.timer != null) {
            vertx.cancelTimer(visit.timer);
            visit.timer = null;
        }
    }

    private static void last(Set<HttpConnection> order, HttpConnection connection) {
        order.remove(connection);
        order.add(connection);
    }
}
