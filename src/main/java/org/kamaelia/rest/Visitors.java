package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kamaelia.control.AdminLimits;

/**
 * The plane's own connections: no more than so many, and none that waits without asking anything. Bytes alone do not count as
 * asking, so that one who sends a header a second is not served for ever.
 */
final class Visitors {

    private final Vertx vertx;
    private final AdminLimits limits;
    /** Each with the timer that ends it while no request of it is served. */
    private final Map<HttpConnection, Long> open = new ConcurrentHashMap<>();

    Visitors(Vertx vertx, AdminLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
    }

    void connected(HttpConnection connection) {
        if (open.size() >= limits.connections()) {
            connection.close();
            return;
        }
        wait(connection);
        connection.closeHandler(ignored -> {
            Long timer = open.remove(connection);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
        });
    }

    /** A request of this connection has come as far as its headers. */
    void asked(HttpConnection connection) {
        Long timer = open.get(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    /** That request has been answered. */
    void answered(HttpConnection connection) {
        if (open.containsKey(connection)) {
            wait(connection);
        }
    }

    private void wait(HttpConnection connection) {
        long timer = vertx.setTimer(limits.idleTimeout().toMillis(), ignored -> connection.close());
        Long before = open.put(connection, timer);
        if (before != null) {
            vertx.cancelTimer(before);
        }
    }
}
