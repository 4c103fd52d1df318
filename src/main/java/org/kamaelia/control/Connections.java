package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentSnapshot;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.Signal;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.DrainSurvey.Share;
import org.kamaelia.control.Matches.Found;
import org.kamaelia.control.Ranking.Place;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.InvalidOptions;

/**
 * The open connections and what can be done to them; each is only touched on its own event loop, and not many in one go.
 * Confined like {@link Listeners}.
 */
final class Connections {
    /** As many as are asked in some ten microseconds: to read all that is told of a connection takes longer than to meet it. */
    private static final int ASKED_AT_ONCE = 16;

    private final Context context;
    private final List<Loop> loops;
    private final ClosedConnections closed;
    private final Turns turns;

    /** @param turns what else looks at everything takes them too */
    Connections(Context context, List<Loop> loops, ClosedConnections closed, Turns turns) {
        this.context = context;
        this.loops = loops;
        this.closed = closed;
        this.turns = turns;
    }

    // ---- looking

    /** What has been opened when it is asked for is in it, or in one that comes later; what opens meanwhile comes later. */
    Future<ConnectionPage> page(ConnectionQuery query, Interest interest) {
        long after = position(query.cursor());
        long horizon = ConnectionId.horizon();
        Function<Loop, Work<List<Place>>> ranking = loop -> new Ranking(loop.connections(), query, after, horizon);
        return (Ranking.endsSoon(query) ? onEach(interest, ranking) : walk(interest, ranking)).compose(found -> {
            List<ConnectionId> first = Ranking.merge(query, found.stream().flatMap(List::stream));
            boolean more = first.size() > query.limit();
            List<ConnectionId> page = more ? first.subList(0, query.limit()) : first;
            boolean paged = query.sort() == ConnectionQuery.Sort.OPENED_AT && !query.descending();
            String next = more && paged ? page.get(page.size() - 1).toString() : null;
            return ask(page, Connections::view).map(views -> new ConnectionPage(views, next));
        });
    }

    static long position(@Nullable String cursor) {
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

    Future<ConnectionDetail> detail(String id) {
        return onConnection(
                        id,
                        connection -> new ConnectionDetail(view(connection), boxes(connection), Stall.of(connection)))
                .recover(failure -> {
                    ClosedConnection gone = closed.find(id);
                    return gone == null
                            ? Future.failedFuture(failure)
                            : Future.succeededFuture(
                                    new ConnectionDetail(view(gone), List.of(), "nothing: it is closed"));
                });
    }

    /** Who would be cut by a drain that takes so long. */
    Future<DrainPreview> drain(String listener, Duration drainTimeout, PreviewPage page, Interest interest) {
        long after = position(page.cursor());
        int most = page.limit() + 1;
        long horizon = ConnectionId.horizon();
        return this.<Share>walk(
                        interest,
                        loop -> new DrainSurvey(loop.connections(), listener, drainTimeout, after, most, horizon))
                .compose(shares -> {
                    List<ConnectionId> first = shares.stream()
                            .flatMap(share -> share.first().stream())
                            .sorted()
                            .limit(most)
                            .toList();
                    long open = shares.stream().mapToLong(Share::open).sum();
                    long cut = shares.stream().mapToLong(Share::cut).sum();
                    boolean more = first.size() == most;
                    List<ConnectionId> shown = more ? first.subList(0, page.limit()) : first;
                    String next = more ? shown.get(shown.size() - 1).toString() : null;
                    return ask(shown, DrainSurvey.CUTS_AT_ONCE, DrainSurvey::cut)
                            .map(items -> new DrainPreview(drainTimeout, open, cut, more, items, next));
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
        for (Box box : component.boxes(ComponentSnapshot.MOST)) {
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
                connection.remoteText(),
                connection.localText(),
                connection.phase().toString(),
                connection.openedAt(),
                connection.idle(),
                connection.bytesIn(),
                connection.bytesOut(),
                connection.tlsFacts(),
                connection.proxyText(),
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
        Signal signal = command.signal();
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

    // ---- asking

    /** Has every event loop look at all of its connections, when it is this look's turn. */
    private <R> Future<List<R>> walk(Interest interest, Function<Loop, Work<R>> work) {
        return turns.take(interest, () -> onEach(interest, work));
    }

    /** Which ones a request would close, when it is this choice's turn. */
    Future<Chosen> preview(CloseRequest request, Interest interest) {
        return turns.take(interest, () -> chosen(request, interest));
    }

    /** Which ones a request closes, before all who only look; the caller bounds how many choose at a time. */
    Future<Chosen> choose(CloseRequest request, Interest interest) {
        return turns.takeNext(interest, () -> chosen(request, interest));
    }

    private Future<Chosen> chosen(CloseRequest request, Interest interest) {
        long horizon = ConnectionId.horizon();
        // To put a hundred thousand in order takes longer than an event loop may be held up. Ordered, it would wait for
        // the
        // state directory's device.
        return this.<Found>onEach(interest, loop -> new Matches(loop.connections(), request.filter(), horizon))
                .compose(all -> context.executeBlocking(() -> Chosen.of(request, all), false));
    }

    /** Has every event loop do its share. */
    <R> Future<List<R>> onEach(Interest interest, Function<Loop, Work<R>> work) {
        List<Future<R>> asked =
                loops.stream().map(loop -> loop.run(work.apply(loop), interest)).toList();
        return OnContext.of(
                context,
                Future.join(asked)
                        .map(done -> asked.stream().map(Future::result).toList()));
    }

    /** Asks some connections, each on its event loop: the answers of those that are still open, in the order of the ids. */
    <R> Future<List<R>> ask(List<ConnectionId> ids, Function<ConnectedSocketAdapter, R> question) {
        return ask(ids, ASKED_AT_ONCE, question);
    }

    private <R> Future<List<R>> ask(List<ConnectionId> ids, int atOnce, Function<ConnectedSocketAdapter, R> question) {
        Map<Loop, List<ConnectionId>> shares = new LinkedHashMap<>();
        for (ConnectionId id : ids) {
            if (id.loop() < loops.size()) {
                shares.computeIfAbsent(loops.get(id.loop()), loop -> new ArrayList<>())
                        .add(id);
            }
        }
        List<Future<Map<ConnectionId, R>>> asked = new ArrayList<>();
        shares.forEach((loop, share) -> asked.add(loop.ask(share, atOnce, question)));
        return OnContext.of(context, Future.join(asked).map(done -> {
            Map<ConnectionId, R> answers = new HashMap<>();
            asked.forEach(each -> answers.putAll(each.result()));
            return ids.stream().map(answers::get).filter(Objects::nonNull).toList();
        }));
    }

    private <R> Future<R> onConnection(String id, Function<ConnectedSocketAdapter, R> question) {
        ConnectionId wanted = ConnectionId.parse(id);
        if (wanted == null) {
            return Future.failedFuture(unknown(id));
        }
        return ask(List.of(wanted), question)
                .compose(answers -> answers.isEmpty()
                        ? Future.failedFuture(closed.find(id) == null ? unknown(id) : gone(id))
                        : Future.succeededFuture(answers.get(0)));
    }

    private static ControlFailure unknown(String id) {
        return new ControlFailure(Reason.NOT_FOUND, "connection \"" + id + "\" is unknown, or closed long ago");
    }

    private static ControlFailure gone(String id) {
        return new ControlFailure(Reason.GONE, "connection \"" + id + "\" has closed");
    }
}
