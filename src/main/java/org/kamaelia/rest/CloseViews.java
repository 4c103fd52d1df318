package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.kamaelia.control.ClosePreview;
import org.kamaelia.control.CloseRequest;
import org.kamaelia.control.DrainPreview;
import org.kamaelia.tcp.Durations;

/** Dry runs as the contract's JSON. */
final class CloseViews {

    private CloseViews() {}

    private static JsonObject close(ClosePreview preview) {
        return new JsonObject()
                .put("matched", preview.matched())
                .put("total", preview.total())
                .put("truncated", preview.truncated())
                .put(
                        "items",
                        new JsonArray(
                                preview.items().stream().map(Views::connection).toList()))
                .put("nextCursor", preview.nextCursor());
    }

    /** The operation that a request would begin. */
    static JsonObject planned(CloseRequest request, ClosePreview preview) {
        return new JsonObject()
                .putNull("id")
                .put("kind", "close")
                .put("target", request.filter().listener())
                .put("state", "preview")
                .putNull("startedAt")
                .putNull("endedAt")
                .put("total", preview.total())
                .put("done", 0)
                .putNull("detail")
                .put("matched", preview.matched())
                .put("preview", close(preview));
    }

    static JsonObject drain(DrainPreview preview) {
        return new JsonObject()
                .put("drainTimeout", Durations.format(preview.drainTimeout()))
                .put("open", preview.open())
                .put("cut", preview.cut())
                .put("truncated", preview.truncated())
                .put(
                        "items",
                        new JsonArray(
                                preview.items().stream().map(CloseViews::cut).toList()))
                .put("nextCursor", preview.nextCursor());
    }

    private static JsonObject cut(DrainPreview.Cut cut) {
        Duration ends = cut.endsWithin();
        return Views.connection(cut.connection())
                .put("endsWithin", ends == null ? null : Durations.rough(ends))
                .put("pendingIn", cut.pendingIn())
                .put("pendingOut", cut.pendingOut())
                .put("waitsFor", cut.waitsFor());
    }
}
