package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Clients that change listeners, each its own ones and one after the other, until the server is killed; they remember what
 * was answered and what was not.
 */
final class Changes {
    private static final int CLIENTS = 3;
    private static final int LISTENERS = 4;
    private static final int MOST_ANSWERS = 10;
    private static final long LATEST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A listener as it should be after a restart. */
    private record Kept(int maxConnections, String state) {}

    /** A request, and what it makes of a listener; null for none. */
    private record Change(String method, String path, JsonObject body, Kept after) {}

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final int lane;
    private final List<Client> clients;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger cutOff = new AtomicInteger();
    private volatile CountDownLatch untilKill = new CountDownLatch(0);

    Changes(int lane) {
        this.lane = lane;
        this.clients = IntStream.range(0, CLIENTS).mapToObj(i -> new Client(i)).toList();
    }

    int lane() {
        return lane;
    }

    /** Changes that were answered as made. */
    int answered() {
        return answered.get();
    }

    /** Changes that were under way when the server was killed. */
    int cutOff() {
        return cutOff.get();
    }

    /** Makes changes until the server is dead: after a few answers, or none, and a moment. */
    void makeUntilKilled(String admin, Runnable kill) throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        untilKill = new CountDownLatch(random.nextInt(MOST_ANSWERS));
        List<CompletableFuture<Void>> making = clients.stream()
                .map(client -> CompletableFuture.runAsync(
                        () -> client.makeUntilCutOff(admin), work -> new Thread(work).start()))
                .toList();
        assertThat(untilKill.await(20, TimeUnit.SECONDS)).isTrue();
        LockSupport.parkNanos(random.nextLong(LATEST_NS));
        kill.run();
        making.forEach(CompletableFuture::join);
    }

    /** Holds what the server lists against what was answered; of what was under way it learns what has become. */
    void compare(String admin) throws IOException, InterruptedException {
        Map<String, JsonObject> listed = new TreeMap<>();
        new JsonObject(http.send(
                                HttpRequest.newBuilder(URI.create(admin + "/api/v1/listeners"))
                                        .timeout(Duration.ofSeconds(20))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .getJsonArray("items")
                .forEach(each -> listed.put(((JsonObject) each).getString("name"), (JsonObject) each));
        clients.forEach(client -> client.compare(listed));
        assertThat(listed).isEmpty();
    }

    private final class Client {
        private final int number;
        private final Random random;
        private final Map<String, Kept> kept = new TreeMap<>();
        private final Map<String, String> revisions = new TreeMap<>();
        private String changing;
        private Change underWay;

        Client(int number) {
            this.number = number;
            this.random = new Random(31L * lane + number);
        }

        void makeUntilCutOff(String admin) {
            while (underWay == null) {
                String name = "c" + number + "-" + random.nextInt(LISTENERS);
                Change change = next(name, kept.get(name));
                try {
                    answered(name, change, send(admin, change));
                } catch (IOException | InterruptedException e) {
                    changing = name;
                    underWay = change;
                    cutOff.incrementAndGet();
                }
            }
        }

        private Change next(String name, Kept now) {
            String path = "/listeners/" + name;
            int max = 1 + random.nextInt(1_000_000);
            JsonObject limit = new JsonObject().put("maxConnections", max);
            if (now == null) {
                JsonObject options = limit.put("protocol", "echo").put("host", "127.0.0.1");
                return new Change("PUT", path, options, new Kept(max, "listening"));
            }
            boolean stopped = now.state().equals("stopped");
            boolean suspended = now.state().equals("suspended");
            return switch (random.nextInt(4)) {
                case 0 -> new Change("DELETE", path, null, null);
                case 1 -> new Change("PATCH", path, limit, new Kept(max, now.state()));
                case 2 -> control(path, now, stopped ? "start" : "serverShutdown", stopped ? "listening" : "stopped");
                default ->
                    stopped || suspended
                            ? control(path, now, stopped ? "start" : "resume", "listening")
                            : control(path, now, "suspend", "suspended");
            };
        }

        private Change control(String path, Kept now, String message, String state) {
            return new Change(
                    "POST",
                    path + "/control",
                    new JsonObject().put("message", message),
                    new Kept(now.maxConnections(), state));
        }

        private HttpResponse<String> send(String admin, Change change) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin + "/api/v1" + change.path()))
                    .timeout(Duration.ofSeconds(20));
            if (change.body() == null) {
                request.method(change.method(), BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json")
                        .method(
                                change.method(),
                                BodyPublishers.ofString(change.body().encode()));
            }
            return http.send(request.build(), BodyHandlers.ofString());
        }

        /** One that was stopped or deleted may still drain, or be gone a moment later: then it is refused, and nothing changes. */
        private void answered(String name, Change change, HttpResponse<String> reply) {
            if (reply.statusCode() == 409 || reply.statusCode() == 404) {
                return;
            }
            assertThat(reply.statusCode()).as(reply.body()).isBetween(200, 202);
            answered.incrementAndGet();
            untilKill.countDown();
            kept.put(name, change.after());
            revisions.put(name, reply.headers().firstValue("ETag").orElse(""));
            if (change.after() == null) {
                kept.remove(name);
                revisions.remove(name);
            }
        }

        void compare(Map<String, JsonObject> listed) {
            for (int i = 0; i < LISTENERS; i++) {
                String name = "c" + number + "-" + i;
                JsonObject view = listed.remove(name);
                Kept found = view == null ? null : new Kept(view.getInteger("maxConnections"), view.getString("state"));
                if (name.equals(changing)) {
                    assertThat(found).as(name + " after " + underWay).isIn(kept.get(name), underWay.after());
                } else {
                    assertThat(found).as(name).isEqualTo(kept.get(name));
                    assertThat(view == null ? null : '"' + view.getString("revision") + '"')
                            .as(name)
                            .isEqualTo(revisions.get(name));
                }
                learn(name, found, view);
            }
            changing = null;
            underWay = null;
        }

        private void learn(String name, Kept found, JsonObject view) {
            if (found == null) {
                kept.remove(name);
                revisions.remove(name);
            } else {
                kept.put(name, found);
                revisions.put(name, '"' + view.getString("revision") + '"');
            }
        }
    }
}
