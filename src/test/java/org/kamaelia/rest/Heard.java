package org.kamaelia.rest;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client of the stream of events, which reads it block by block. A test that uses it needs a time limit of its own. */
final class Heard implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Lines up to an empty one. */
    record Block(List<String> lines) {

        private String field(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }

        String id() {
            return field("id");
        }

        String type() {
            return field("event");
        }

        JsonObject json() {
            return new JsonObject(field("data"));
        }

        JsonObject data() {
            return json().getJsonObject("data");
        }
    }

    final HttpResponse<java.io.InputStream> response;
    private final BufferedReader reader;

    Heard(int port, String query, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + RestPlane.BASE_PATH + "/events" + query));
        if (headers.length > 0) {
            request.headers(headers);
        }
        response =
                CLIENT.sendAsync(request.build(), BodyHandlers.ofInputStream()).get(10, TimeUnit.SECONDS);
        reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Whatever comes next, comments too; null at the end. */
    Block block() throws IOException {
        List<String> lines = new ArrayList<>();
        String line = reader.readLine();
        while (line != null && !line.isEmpty()) {
            lines.add(line);
            line = reader.readLine();
        }
        return line == null && lines.isEmpty() ? null : new Block(lines);
    }

    /** The next event. */
    Block event() throws IOException {
        Block block = block();
        while (block.type().isEmpty()) {
            block = block();
        }
        return block;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
