package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Caller;
import org.kamaelia.control.Happenings;
import org.kamaelia.control.Role;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * {@code GET /events}: what happens, as server-sent events. It stands beside the routes of the contract, since its answer has
 * no end and the router knows no media type for it.
 *
 * <p>Thread: requests on the plane's event loop, {@link #stop()} on any.
 */
final class EventStreams {

    /**
     * What one who listens can take.
     *
     * @param heartbeat how often something is sent when nothing happens
     * @param patience how long a reader may leave what was sent to it lying
     * @param queueBytes how much of that there may be
     * @param most streams at a time
     */
    record Bounds(Duration heartbeat, Duration patience, int queueBytes, int most) {

        private static final Duration HEARTBEAT = Duration.ofSeconds(15);

        /** Twice a heartbeat before a silent connection would be closed, and one in 15 s at the least. */
        static Bounds within(Duration idleTimeout) {
            Duration half = idleTimeout.dividedBy(2);
            return new Bounds(half.compareTo(HEARTBEAT) < 0 ? half : HEARTBEAT, Duration.ofSeconds(5), 64 << 10, 64);
        }
    }

    static final String MEDIA_TYPE = "text/event-stream";

    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);
    private static final String RETRY_AFTER_S = "5";
    private static final String ALLOWED = "GET, HEAD";

    private final Vertx vertx;
    private final Happenings happenings;
    private final Bounds bounds;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    EventStreams(Vertx vertx, Happenings happenings, Bounds bounds) {
        this.vertx = vertx;
        this.happenings = happenings;
        this.bounds = bounds;
    }

    /** Streams that are open. */
    int open() {
        return open.size();
    }

    void handle(RoutingContext context) {
        Caller caller = Guard.require(context, Role.VIEWER);
        HttpMethod method = context.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            throw Problem.of(Kind.METHOD_NOT_ALLOWED, "this path knows " + ALLOWED)
                    .header("Allow", ALLOWED)
                    .refusal();
        }
        EventFilter filter = filter(context, caller);
        if (method.equals(HttpMethod.HEAD)) {
            context.response().putHeader("Content-Type", MEDIA_TYPE).end();
            return;
        }
        if (stopped || open.size() >= bounds.most()) {
            throw Problem.of(
                            Kind.UNAVAILABLE,
                            stopped
                                    ? "the server is shutting down"
                                    : open.size() + " streams are open, and no more are served: close one")
                    .header("Retry-After", RETRY_AFTER_S)
                    .refusal();
        }
        EventStream stream = new EventStream(
                vertx, happenings, filter, context.request(), () -> Guard.isStillKnown(context), bounds);
        open.add(stream);
        Requests.settle(context);
        context.addEndHandler(ended -> {
            open.remove(stream);
            stream.closed();
        });
        stream.begin(after(context.request().getHeader("Last-Event-ID")));
    }

    /** Ends every stream. */
    void stop() {
        stopped = true;
        open.forEach(EventStream::stop);
    }

    /** The place to go on from: null to begin with what happens next, empty for an id that is none of ours. */
    private @Nullable OptionalLong after(@Nullable String lastEventId) {
        return lastEventId == null || lastEventId.isEmpty() ? null : happenings.number(lastEventId);
    }

    private static EventFilter filter(RoutingContext context, Caller caller) {
        JsonObject query = new JsonObject();
        context.queryParams().names().forEach(name -> query.put(name, Call.queryText(context, name)));
        EventFilter filter;
        try {
            filter = OptionReader.read(
                    query,
                    reader -> new EventFilter(
                            types(reader.nullable("type", TEXT)), reader.nullable("listener", TEXT), caller.role()));
        } catch (InvalidOptions e) {
            throw Problem.invalid(e.problems().stream().map(Fault::parameter).toList())
                    .refusal();
        }
        filter.types().stream()
                .filter(type -> !caller.role().includes(EventViews.least(type)))
                .findFirst()
                .ifPresent(type -> Guard.require(caller, EventViews.least(type)));
        return filter;
    }

    private static Set<String> types(@Nullable String list) {
        if (list == null) {
            return Set.of();
        }
        List<String> types = new ArrayList<>(Arrays.asList(list.split(",", -1)));
        types.removeAll(EventViews.types());
        if (!types.isEmpty()) {
            throw new InvalidOptions(
                    "/type",
                    "type \"" + types.get(0) + "\" is unknown: use " + String.join(", ", EventViews.types())
                            + ", or several with commas between them");
        }
        return Set.of(list.split(",", -1));
    }
}
