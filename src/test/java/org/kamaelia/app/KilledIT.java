package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, killed while clients change its listeners, and started again. */
class KilledIT {
    private static final int LANES = 2;
    private static final int KILLS = 50;

    @TempDir
    static Path folder;

    /** One event loop, a small heap, and classes as another run has laid them out: for quick starts. */
    private static List<String> jvm =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-XX:-UsePerfData", "-Xlog:disable");

    @BeforeAll
    static void layClassesOut() throws Exception {
        Path classes = folder.resolve("classes.jsa");
        try (RunningJar jar = start(folder.resolve("first"), "-XX:ArchiveClassesAtExit=" + classes)) {
            jar.admin();
            jar.terminate();
            assertThat(jar.status()).isZero();
        }
        jvm = options("-XX:SharedArchiveFile=" + classes);
    }

    private static RunningJar start(Path state, String... more) throws IOException {
        return RunningJar.startWith(options(more), "--config", config(state));
    }

    private static List<String> options(String... more) {
        return Stream.concat(jvm.stream(), Stream.of(more)).toList();
    }

    private static String config(Path state) throws IOException {
        JsonObject config = new JsonObject()
                .put("eventLoops", 1)
                .put("listeners", new JsonArray())
                .put("admin", new JsonObject().put("port", 0).put("limits", new JsonObject().put("bodyBytes", "1MiB")))
                .put("log", new JsonObject().put("level", "error"))
                .put("stateDirectory", state.toString());
        return Files.writeString(folder.resolve(state.getFileName() + ".json"), config.encode())
                .toString();
    }

    @Test
    @Timeout(300)
    void whatWasAnsweredIsThereAgainAfterEachOfAHundredKills() {
        List<Changes> lanes = IntStream.range(0, LANES).mapToObj(Changes::new).toList();
        lanes.stream()
                .map(lane ->
                        CompletableFuture.runAsync(() -> killAgainAndAgain(lane), work -> new Thread(work).start()))
                .toList()
                .forEach(CompletableFuture::join);

        // else it would show nothing
        assertThat(lanes).allSatisfy(lane -> {
            assertThat(lane.answered()).isGreaterThan(3 * KILLS);
            assertThat(lane.cutOff()).isGreaterThan(KILLS / 2);
        });
    }

    private static void killAgainAndAgain(Changes changes) {
        Path state = folder.resolve("state-" + changes.lane());
        for (int i = 0; i <= KILLS; i++) {
            try (RunningJar jar = start(state)) {
                String admin = jar.admin();
                changes.compare(admin);
                if (i < KILLS) {
                    changes.makeUntilKilled(admin, jar::close);
                }
            } catch (Exception e) {
                throw new IllegalStateException("start " + i + " of lane " + changes.lane(), e);
            }
        }
        assertThat(state.toFile().list()).allMatch(file -> file.equals("lock") || file.matches("c\\d-\\d\\.json"));
    }

    @Test
    void aDirectoryIsOneProcessesAtATime() throws Exception {
        Path state = folder.resolve("shared");
        try (RunningJar first = start(state)) {
            first.admin();
            try (RunningJar second = start(state)) {
                assertThat(second.restOfStandardError())
                        .singleElement()
                        .asString()
                        .matches("kamaelia-vertx: stateDirectory " + state
                                + " is in use by process \\d+: give each process its own");
                assertThat(second.status()).isEqualTo(1);
            }
        }
        try (RunningJar third = start(state)) {
            assertThat(third.admin()).startsWith("http://");
        }
    }

    /** A file-size limit stands for a full device: the kernel refuses in mid-write what is too much. */
    @Test
    void whatTheDeviceHasNoRoomForIsRefusedAndTheRestIsKept() throws Exception {
        Path state = folder.resolve("full");
        JsonObject small = new JsonObject().put("protocol", "echo").put("host", "127.0.0.1");
        JsonObject large = small.copy().put("deny", new JsonArray(Collections.nCopies(40_000, "192.0.2.0/24")));
        try (RunningJar jar = RunningJar.startLimited("-f 1024", options(), "--config", config(state))) {
            String listeners = jar.admin() + "/api/v1/listeners";
            assertThat(put(listeners + "/small", small).statusCode()).isEqualTo(201);
            HttpResponse<String> refused = put(listeners + "/large", large);
            assertThat(refused.statusCode()).isEqualTo(507);
            assertThat(refused.body()).contains("not-stored").contains("File too large");
            assertThat(put(listeners + "/small", large).statusCode()).isEqualTo(507);
            assertThat(put(listeners + "/other", small).statusCode()).isEqualTo(201);
        }
        try (RunningJar jar = start(state)) {
            assertThat(get(jar.admin() + "/api/v1/listeners"))
                    .contains("\"small\"")
                    .contains("\"other\"")
                    .doesNotContain("\"large\"", "192.0.2");
        }
    }

    private static HttpResponse<String> put(String url, JsonObject options) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(options.encode()))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static String get(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
