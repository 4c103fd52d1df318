package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.EndInput;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.TcpServer;

/** The connections and what can be done to them; each is only touched on its own event loop. Confined like {@link Listeners}. */
final class Connections {
    private final Listeners listeners;
    private final ClosedConnections closed;

    /** A view that can be put in order without looking at the connection again. */
    private record Ranked(ConnectionId id, long key, ConnectionView view) {}

    Connections(Listeners listeners, ClosedConnections closed) {
        this.listeners = listeners;
        this.closed = closed;
    }

    // ---- looking

    Future<ConnectionPage> page(ConnectionQuery query) {
        long after = position(query.cursor());
        List<Future<List<List<Ranked>>>> asked = new ArrayList<>();
        for (ManagedListener listener : listeners.all()) {
            if (query.listener() == null || query.listener().equals(listener.name)) {
                listener.runs().forEach(run -> asked.add(run.onEach(server -> first(server, query, after))));
            }
        }
        return Future.join(asked).map(done -> {
            List<Ranked> all = new ArrayList<>();
            asked.forEach(each -> each.result().forEach(all::addAll));
            all.sort(order(query));
            boolean more = all.size() > query.limit();
            List<Ranked> page = more ? all.subList(0, query.limit()) : all;
            boolean paged = query.sort() == null || query.sort() == ConnectionQuery.Sort.OPENED_AT;
            String next = more && paged && !query.descending()
                    ? page.get(page.size() - 1).id.toString()
                    : null;
            return new ConnectionPage(page.stream().map(Ranked::view).toList(), next);
        });
    }

    private static long position(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        ConnectionId id = ConnectionId.parse(cursor);
        if (id == null) {
            throw new InvalidOptions(
                    "/cursor", "cursor \"" + cursor + "\" is none of ours: leave it out to begin anew");
        }
        return id.number();
    }

    private static Comparator<Ranked> order(ConnectionQuery query) {
        Comparator<Ranked> ascending = Comparator.comparingLong(Ranked::key).thenComparing(Ranked::id);
        return query.descending() ? ascending.reversed() : ascending;
    }

    /** The first of one server's connections, one more than a page holds. */
    private static List<Ranked> first(TcpServer server, ConnectionQuery query, long after) {
        int most = query.limit() + 1;
        PriorityQueue<Ranked> kept = new PriorityQueue<>(order(query).reversed());
        server.forEachConnection(connection -> {
            if (connection.id().number() <= after || !matches(connection, query)) {
                return;
            }
            long key = key(connection, query);
            Ranked last = kept.peek();
            if (kept.size() == most
                    && last != null
                    && order(query).compare(last, new Ranked(connection.id(), key, last.view)) < 0) {
                return;
            }
            kept.add(new Ranked(connection.id(), key, view(connection)));
            if (kept.size() > most) {
                kept.poll();
            }
        });
        return new ArrayList<>(kept);
    }

    private static boolean matches(ConnectedSocketAdapter connection, ConnectionQuery query) {
        if (query.minIdle() != null && connection.idle().compareTo(query.minIdle()) < 0) {
            return false;
        }
        return query.remoteAddress() == null
                || query.remoteAddress().equals(connection.remoteAddress().hostAddress());
    }

    private static long key(ConnectedSocketAdapter connection, ConnectionQuery query) {
        ConnectionQuery.Sort sort = Objects.requireNonNullElse(query.sort(), ConnectionQuery.Sort.OPENED_AT);
        return switch (sort) {
            case OPENED_AT -> connection.id().number();
            case IDLE -> connection.idle().toNanos();
            case BYTES_IN -> connection.bytesIn();
            case BYTES_OUT -> connection.bytesOut();
        };
    }

    Future<ConnectionDetail> detail(String id) {
        return onConnection(
                        id,
                        connection -> new ConnectionDetail(view(connection), boxes(connection), connection.waitsFor()))
                .recover(failure -> {
                    ClosedConnection gone = closed.find(id);
                    return gone == null
                            ? Future.failedFuture(failure)
                            : Future.succeededFuture(
                                    new ConnectionDetail(view(gone), List.of(), "nothing: it is closed"));
                });
    }

    private static List<BoxView> boxes(ConnectedSocketAdapter connection) {
        List<BoxView> views = new ArrayList<>();
        addBoxes(views, "csa.", connection);
        Component handler = connection.handler();
        if (handler != null) {
            addBoxes(views, "handler.", handler);
        }
        return views;
    }

    private static void addBoxes(List<BoxView> views, String prefix, Component component) {
        for (Box box : component.boxes()) {
            if (box instanceof Inbox<?> inbox) {
                views.add(
                        new BoxView(prefix + box.name(), inbox.used(), inbox.bound(), inbox.oldestAge(), inbox.unit()));
            }
        }
    }

    static ConnectionView view(ConnectedSocketAdapter connection) {
        return new ConnectionView(
                connection.id().toString(),
                connection.port().listener(),
                connection.port().options().protocol(),
                String.valueOf(connection.remoteAddress()),
                String.valueOf(connection.localAddress()),
                connection.phase().toString(),
                connection.openedAt(),
                connection.idle(),
                connection.bytesIn(),
                connection.bytesOut(),
                connection.tlsFacts(),
                connection.proxyAddress() == null ? null : String.valueOf(connection.proxyAddress()),
                null,
                null,
                null,
                connection.unsentBytes());
    }

    static ConnectionView view(ClosedConnection gone) {
        return new ConnectionView(
                gone.id(),
                gone.listener(),
                gone.protocol(),
                gone.remoteAddress(),
                gone.localAddress(),
                "closed",
                gone.openedAt(),
                Duration.ZERO,
                gone.bytesIn(),
                gone.bytesOut(),
                gone.tls(),
                gone.proxyAddress(),
                gone.closedAt(),
                gone.cause().toString(),
                gone.detail(),
                gone.unsentBytes());
    }

    // ---- acting

    Future<ConnectionView> control(String id, ConnectionCommand command) {
        Signal signal = switch (command) {
            case PRODUCER_FINISHED -> new EndInput(CloseCause.OPERATOR);
            case SHUTDOWN_MICROPROCESS -> new ShutdownMicroprocess(CloseCause.OPERATOR);
        };
        return onConnection(id, connection -> {
            ConnectionView before = view(connection);
            Outcome unused = connection.tell(signal);
            return before;
        });
    }

    Future<Void> send(String id, Buffer bytes) {
        return onConnection(id, connection -> connection.tell(bytes))
                .compose(outcome -> outcome == Outcome.DELIVERED
                        ? Future.succeededFuture()
                        : Future.failedFuture(new ControlFailure(
                                outcome == Outcome.FULL ? Reason.UNAVAILABLE : Reason.GONE,
                                "connection " + id + " took nothing: it is "
                                        + (outcome == Outcome.FULL ? "full; try again" : "closing"))));
    }

    /** Asks one connection on its event loop. */
    private <R> Future<R> onConnection(String id, Function<ConnectedSocketAdapter, R> question) {
        ConnectionId wanted = ConnectionId.parse(id);
        if (wanted == null) {
            return Future.failedFuture(unknown(id));
        }
        List<Future<List<@Nullable R>>> asked = new ArrayList<>();
        for (ManagedListener listener : listeners.all()) {
            for (ListenerRun run : listener.runs()) {
                asked.add(run.onEach(server -> {
                    ConnectedSocketAdapter found = server.find(wanted);
                    return found == null ? null : question.apply(found);
                }));
            }
        }
        return Future.join(asked).compose(done -> {
            for (Future<List<@Nullable R>> each : asked) {
                for (R answer : each.result()) {
                    if (answer != null) {
                        return Future.succeededFuture(answer);
                    }
                }
            }
            return Future.failedFuture(closed.find(id) == null ? unknown(id) : gone(id));
        });
    }

    private static ControlFailure unknown(String id) {
        return new ControlFailure(Reason.NOT_FOUND, "connection \"" + id + "\" is unknown, or closed long ago");
    }

    private static ControlFailure gone(String id) {
        return new ControlFailure(Reason.GONE, "connection \"" + id + "\" has closed");
    }
}
