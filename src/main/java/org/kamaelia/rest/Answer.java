package org.kamaelia.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An operation's result on its way to the caller. */
record Answer(int status, JsonObject body, Map<String, String> headers) {

    static Answer ok(JsonObject body) {
        return new Answer(200, body, Map.of());
    }

    static Answer accepted(JsonObject body) {
        return new Answer(202, body, Map.of());
    }

    /** A list that is whole. */
    static <T> Answer list(List<T> items, Function<T, JsonObject> view) {
        return ok(new JsonObject()
                .put("items", new JsonArray(items.stream().map(view).toList()))
                .putNull("nextCursor"));
    }

    Answer at(String location) {
        return new Answer(status, body, Map.of(HttpHeaders.LOCATION.toString(), location));
    }

    void send(HttpServerResponse response) {
        if (response.ended()) {
            return; // it took so long that the caller has been told something else
        }
        headers.forEach(response::putHeader);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer().appendString("\n"));
    }
}
