package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.InvalidOptions;

/** Closes many connections at once, and tells before who they would be. Confined like {@link Listeners}, but for {@link #ended}. */
final class Closings {
    /** So many may run at a time: each holds the ids of those it closes. */
    static final int MOST = 16;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Context context;
    private final Listeners listeners;
    private final Connections connections;
    private final Operations operations;
    private final List<BulkClose> running = new CopyOnWriteArrayList<>();

    /** Those that are still to find whom they close. */
    private int choosing;

    Closings(Context context, Listeners listeners, Connections connections, Operations operations) {
        this.context = context;
        this.listeners = listeners;
        this.connections = connections;
        this.operations = operations;
    }

    Future<OperationView> close(CloseRequest request, Interest interest) {
        checkListener(request);
        if (running.size() + choosing >= MOST) {
            throw new ControlFailure(
                            Reason.UNAVAILABLE,
                            MOST + " operations are closing connections already: wait for one to end, or cancel it")
                    .retryAfter(RETRY);
        }
        choosing++;
        return connections
                .choose(request, interest)
                .onComplete(done -> choosing--)
                .map(chosen -> {
                    if (interest.isLost()) {
                        throw Turns.lost();
                    }
                    return begin(request, chosen);
                });
    }

    private OperationView begin(CloseRequest request, Chosen chosen) {
        BulkClose[] own = {null};
        BulkClose close = new BulkClose(context, connections, request, chosen, () -> running.remove(own[0]));
        own[0] = close;
        running.add(close);
        Operation operation = operations.begin(
                "close",
                request.filter().listener(),
                chosen.order.length,
                close::left,
                (long) chosen.matched,
                close::cancel);
        close.begin(operation);
        return operation.view();
    }

    Future<ClosePreview> preview(CloseRequest request, PreviewPage page, Interest interest) {
        checkListener(request);
        boolean paged = request.order() == CloseRequest.Order.OLDEST;
        if (page.cursor() != null && !paged) {
            throw new InvalidOptions(
                    "/cursor", "cursor goes with the order oldest only: leave it out for the first " + page.limit());
        }
        long after = Connections.position(page.cursor());
        return connections.preview(request, interest).compose(chosen -> {
            long[] order = chosen.order;
            List<ConnectionId> first = Arrays.stream(order)
                    .filter(number -> !paged || number > after)
                    .limit(page.limit() + 1L)
                    .mapToObj(ConnectionId::new)
                    .toList();
            boolean more = first.size() > page.limit();
            List<ConnectionId> shown = more ? first.subList(0, page.limit()) : first;
            String next = more && paged ? shown.get(shown.size() - 1).toString() : null;
            return connections
                    .ask(shown, Connections::view)
                    .map(views -> new ClosePreview(chosen.matched, order.length, more, views, next));
        });
    }

    /** A name that is mistyped means nobody, and is told. */
    private void checkListener(CloseRequest request) {
        String listener = request.filter().listener();
        if (listener != null) {
            ManagedListener unused = listeners.find(listener);
        }
    }

    /** A connection has ended. Any thread. */
    void ended(ClosedConnection gone) {
        if (!running.isEmpty()) {
            ConnectionId id = ConnectionId.parse(gone.id());
            if (id != null) {
                running.forEach(each -> each.ended(id));
            }
        }
    }
}
