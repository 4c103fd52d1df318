package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.tcp.CertificateFiles;

/** A plane that serves, on a port of its own, and a client that talks to it. */
final class Served implements AutoCloseable {

    static final String MERGE_PATCH = "application/merge-patch+json";

    final Vertx vertx = Vertx.vertx();
    final ControlPlane control;
    final List<Scheduler> schedulers = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final AdminPlane.Running running;

    /** What came back. */
    record Reply(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        JsonObject json() {
            return new JsonObject(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        String type() {
            return json().getString("type").replace("urn:kamaelia:problem:", "");
        }

        String detail() {
            return json().getString("detail");
        }

        JsonObject error(int index) {
            return json().getJsonArray("errors").getJsonObject(index);
        }
    }

    Served(AdminOptions options) {
        this(options, Map.of());
    }

    Served(AdminOptions options, Map<String, CertificateFiles> certificates) {
        this(options, (vertx, schedulers) -> Operated.on(vertx, certificates, schedulers));
    }

    /** @param operated what it operates; gets a list for its schedulers */
    Served(AdminOptions options, BiFunction<Vertx, List<Scheduler>, ControlPlane> operated) {
        try {
            control = operated.apply(vertx, schedulers);
            running = new RestPlane()
                    .start(vertx, control, options.port(0))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            vertx.close();
            throw new IllegalStateException(e);
        }
    }

    static Served onLoopback() {
        return new Served(AdminOptions.defaults());
    }

    int port() {
        return running.port();
    }

    AdminPlane.Running running() {
        return running;
    }

    Reply get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /** A body is JSON unless a header says something else. */
    Reply send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null && !String.join(",", headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Reply(client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(method + " " + path, e);
        }
    }

    Reply api(String method, String path, String body, String... headers) {
        return send(method, RestPlane.BASE_PATH + path, body, headers);
    }

    Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(15_000);
        return socket;
    }

    /** Sends what no client of good manners would, and reads until the server closes. */
    String raw(String request) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readAll(socket);
        }
    }

    static String readAll(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(all);
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
