package org.kamaelia.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An operation's result on its way to the caller. */
record Answer(int status, @Nullable JsonObject body, Map<String, String> headers) {

    static Answer ok(JsonObject body) {
        return new Answer(200, body, Map.of());
    }

    static Answer accepted(JsonObject body) {
        return new Answer(202, body, Map.of());
    }

    /** What the caller has already is what there is. */
    static Answer notModified() {
        return new Answer(304, null, Map.of());
    }

    /** A list that is whole. */
    static <T> Answer list(List<T> items, Function<T, JsonObject> view) {
        return ok(new JsonObject()
                .put("items", new JsonArray(items.stream().map(view).toList()))
                .putNull("nextCursor"));
    }

    Answer at(String location) {
        return header(HttpHeaders.LOCATION, location);
    }

    Answer header(CharSequence name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name.toString(), value);
        return new Answer(status, body, Collections.unmodifiableMap(more));
    }

    void send(HttpServerResponse response) {
        if (response.ended()) {
            return; // it took so long that the caller has been told something else
        }
        headers.forEach(response::putHeader);
        response.setStatusCode(status);
        if (body == null) {
            response.end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(Body.of(body));
    }
}
