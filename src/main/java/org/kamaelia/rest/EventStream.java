package org.kamaelia.rest;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Happening;
import org.kamaelia.control.Happenings;

/**
 * One who listens: a place among what has happened, and no queue. What is written waits in the response's own queue, which is
 * bounded; while that is full nothing more is read, and whoever leaves it full, or falls behind what is kept, is dropped.
 *
 * <p>Thread: the event loop of the request, but for {@link #stop()} and for being told that something has happened.
 */
final class EventStream {

    private static final int AT_ONCE = 64;
    private static final int RETRY_MS = 3_000;
    /** As often as the token file is read. */
    private static final int LOOK_MS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final Happenings happenings;
    private final EventFilter filter;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Supplier<Future<Boolean>> known;
    private final EventStreams.Bounds bounds;
    private final Runnable told = this::happened;

    /** Everything there is has been read: whoever adds to it has to say so. */
    private final AtomicBoolean waits = new AtomicBoolean();

    private long next;
    private @Nullable Long patience;
    private @Nullable Long heartbeat;
    private @Nullable Long watch;
    private boolean looking;
    private boolean over;

    /** @param known whether whoever listens is still known, and in the same role */
    EventStream(
            Vertx vertx,
            Happenings happenings,
            EventFilter filter,
            HttpServerRequest request,
            Supplier<Future<Boolean>> known,
            EventStreams.Bounds bounds) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.happenings = happenings;
        this.filter = filter;
        this.request = request;
        this.response = request.response();
        this.known = known;
        this.bounds = bounds;
    }

    /** @param after the last that was seen before; null to begin with what happens next, empty for what nobody knows here */
    void begin(@Nullable OptionalLong after) {
        response.setChunked(true)
                .putHeader("Content-Type", EventStreams.MEDIA_TYPE)
                .setWriteQueueMaxSize(bounds.queueBytes());
        Buffer first = Buffer.buffer("retry: " + RETRY_MS + "\n");
        long last = happenings.last();
        if (after == null) {
            next = last + 1;
            first.appendString("id: " + happenings.id(last) + "\n\n");
        } else if (after.isEmpty() || after.getAsLong() > last) {
            next = happenings.first();
            gap(first, null, "that id was not given by this process");
        } else {
            next = Math.max(after.getAsLong() + 1, happenings.first());
            first.appendString("\n");
            long missed = next - after.getAsLong() - 1;
            if (missed > 0) {
                gap(first, missed, "what came then is no longer kept");
            }
        }
        response.write(first);
        heartbeat = vertx.setPeriodic(bounds.heartbeat().toMillis(), timer -> beat());
        watch = vertx.setPeriodic(LOOK_MS, timer -> look());
        happenings.follow(told);
        pump();
    }

    private void gap(Buffer to, @Nullable Long missed, String reason) {
        String id = happenings.id(next - 1);
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("type", "gap")
                .put("data", new JsonObject().put("missed", missed).put("reason", reason));
        to.appendString("id: " + id + "\nevent: gap\ndata: " + json.encode() + "\n\n");
    }

    /** Any thread. */
    private void happened() {
        if (waits.compareAndSet(true, false)) {
            context.runOnContext(go -> pump());
        }
    }

    private void pump() {
        if (over || patience != null) {
            return;
        }
        List<Happening> read = happenings.read(next, AT_ONCE);
        if (read.isEmpty()) {
            waits.set(true);
            if (happenings.last() >= next) {
                happened(); // it came in between, and saw nobody who waited
            }
            return;
        }
        if (read.get(0).number() != next) {
            drop();
            return;
        }
        next += read.size();
        write(read);
        if (response.writeQueueFull()) {
            waitForReader();
        } else {
            context.runOnContext(go -> pump());
        }
    }

    private void write(List<Happening> read) {
        Buffer events = Buffer.buffer();
        for (Happening each : read) {
            EventViews.View view = EventViews.of(each.event());
            if (view != null && filter.lets(view, each.event())) {
                String id = happenings.id(each.number());
                events.appendString("id: " + id + "\nevent: " + view.type() + "\ndata: "
                        + EventViews.json(id, each, view).encode() + "\n\n");
            }
        }
        if (events.length() > 0) {
            response.write(events);
        }
    }

    private void waitForReader() {
        patience = vertx.setTimer(bounds.patience().toMillis(), timer -> drop());
        response.drainHandler(drained -> {
            calm();
            pump();
        });
    }

    private void calm() {
        patience = cancel(patience);
    }

    private @Nullable Long cancel(@Nullable Long timer) {
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        return null;
    }

    /** The id goes along: what the filter left out need not be looked at again by whoever comes back. */
    private void beat() {
        if (!over && patience == null) {
            response.write(": still here\nid: " + happenings.id(next - 1) + "\n\n");
        }
    }

    /** Whoever is not known any more, or not as before, is told nothing more either. */
    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        known.get().onComplete(found -> {
            looking = false;
            if (found.failed() || !found.result()) {
                end("whoever asked is not known any more, or not in that role: ask again");
            }
        });
    }

    /** It has nothing to be told that it would read: its connection goes, and it may come back with the last id. */
    private void drop() {
        if (!over) {
            closed();
            Visitors.cut(request.connection());
        }
    }

    /** Any thread. */
    void stop() {
        context.runOnContext(go -> end("the server is shutting down"));
    }

    /** Ends it with a last word, or without one for whoever leaves words lying. */
    private void end(String word) {
        if (patience != null) {
            drop();
        } else if (!over) {
            closed();
            response.end(": " + word + "\n\n");
        }
    }

    /** Nothing more is told. */
    void closed() {
        over = true;
        happenings.unfollow(told);
        calm();
        heartbeat = cancel(heartbeat);
        watch = cancel(watch);
    }
}
