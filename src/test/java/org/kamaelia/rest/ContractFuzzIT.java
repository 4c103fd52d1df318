package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.rest.ContractCases.Case;
import org.kamaelia.rest.Document.Node;
import org.kamaelia.rest.Document.Operation;
import org.kamaelia.rest.RawClient.Answered;

/**
 * Requests that are right but for something, by the thousand: each is answered, none by a fault of the server's, and nothing is
 * left of them. {@code -Dkamaelia.fuzz.seed=} and {@code -Dkamaelia.fuzz.requests=} look further than every build does.
 */
class ContractFuzzIT {

    private static final long SEED = Long.getLong("kamaelia.fuzz.seed", 20_251);
    private static final int REQUESTS = Integer.getInteger("kamaelia.fuzz.requests", 4_000);
    /** So often an operation's things are made anew: most requests do not harm them. */
    private static final int SAME_THINGS = 40;

    private static final int NOISES = 50;
    private static final Set<String> OF_REQUESTS = Set.of(
            "io.vertx.core.http.impl.Http1xServerConnection",
            "io.vertx.ext.web.impl.RoutingContextImpl",
            "org.kamaelia.rest.Call",
            "org.kamaelia.tcp.ConnectedSocketAdapter",
            "org.kamaelia.tcp.TcpServer");

    private static final Document CONTRACT = Document.read();

    @TempDir
    Path folder;

    private Stage stage;
    private final Mutator mutator = new Mutator(SEED);
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();

    @BeforeEach
    void serve() throws Exception {
        stage = new Stage(folder);
        stage.served.vertx.exceptionHandler(faults::add);
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void whateverIsAskedIsAnsweredAndLeavesNothing() throws Exception {
        fuzz(REQUESTS / 10);
        forgetAll();
        long filesBefore = openFiles();
        Map<String, Long> livingBefore = living();

        fuzz(REQUESTS);
        noise();
        forgetAll();

        assertThat(faults).isEmpty();
        assertThat(statuses.keySet()).as("what was answered").contains(200, 400, 404, 405, 413, 414, 415, 417, 431);
        Running.until("no file is left open", () -> openFiles() <= filesBefore);
        Running.until(
                "nothing is left of requests and connections",
                () -> grown(livingBefore).isEmpty());
        assertThat(stage.served.get("/health/ready").status()).isEqualTo(200);
    }

    private void fuzz(int requests) throws IOException {
        List<Operation> operations = CONTRACT.operations();
        try (RawClient client = new RawClient(stage.served)) {
            for (int left = requests; left > 0; left -= SAME_THINGS) {
                Operation operation = mutator.any(operations);
                Ask ask = right(operation);
                for (int i = 0; i < Math.min(left, SAME_THINGS); i++) {
                    check(mutator.mutate(operation, ask), client);
                }
            }
        }
    }

    /** A request of a case; of an operation that the walk leaves out, since its answer has no end, a plain one. */
    private Ask right(Operation operation) {
        List<Case> cases = ContractCases.ALL.stream()
                .filter(each -> each.operation().equals(operation.id()) && each.status() < 500)
                .toList();
        return cases.isEmpty() ? Ask.plain() : mutator.any(cases).ask().apply(stage);
    }

    private void check(RawRequest request, RawClient client) throws IOException {
        Optional<Answered> answered;
        try {
            answered = client.ask(request);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer, seed " + SEED + ":\n  " + request, e);
        }
        if (answered.isEmpty()) {
            assertThat(request.framed())
                    .as("closed without an answer, seed " + SEED + ":\n  " + request)
                    .isFalse();
            return;
        }
        Answered answer = answered.get();
        statuses.merge(answer.status(), 1, Integer::sum);
        assertThat(complaint(request, answer))
                .as("answered with %s, seed %s:\n  %s\n%s", answer.status(), SEED, request, answer.body())
                .isEmpty();
    }

    private static String complaint(RawRequest request, Answered answer) {
        boolean problem = answer.status() >= 400 && !request.method().equals("HEAD");
        if (answer.status() >= 500 || (problem && !hidesItself(answer))) {
            return "a fault of the server's";
        }
        if (!problem) {
            return "";
        }
        if (!answer.type().equals(Problem.MEDIA_TYPE)) {
            return "an error that is no problem but " + answer.type();
        }
        try {
            return problemSchema().complaint(new JsonObject(answer.body()));
        } catch (DecodeException e) {
            return "a problem that is no JSON";
        }
    }

    /** Nothing of what is inside shows. */
    private static boolean hidesItself(Answered answer) {
        return Stream.of("Exception", "java.lang", "io.vertx", "io.netty").noneMatch(answer.body()::contains);
    }

    private static Node problemSchema() {
        Node response = CONTRACT.operations().get(0).response(400).orElseThrow();
        return Document.content(response).get(Problem.MEDIA_TYPE);
    }

    /** Some that are no HTTP at all; that an answer is owed to them nobody says. */
    private void noise() throws IOException {
        for (int i = 0; i < NOISES; i++) {
            try (Socket socket = stage.served.socket()) {
                socket.getOutputStream().write(mutator.noise());
                socket.getOutputStream()
                        .write("GET / HTTP/1.0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                assertThat(Served.readAll(socket)).doesNotContain(" 500 ");
            } catch (java.net.SocketException reset) {
                // that is an answer too
            }
        }
    }

    /** Ends whatever the requests began. */
    private void forgetAll() {
        stage.leave();
        Running.until("all listeners are gone", () -> {
            List<String> names = listeners();
            names.forEach(name -> stage.served.api("DELETE", "/listeners/" + name + "?drainTimeout=0s", null));
            return names.isEmpty();
        });
    }

    private List<String> listeners() {
        JsonArray items = stage.served.api("GET", "/listeners", null).json().getJsonArray("items");
        return items.stream().map(item -> ((JsonObject) item).getString("name")).toList();
    }

    /** How many there are, after a collection, of what requests and connections live in. */
    private static Map<String, Long> living() {
        Map<String, Long> living = new TreeMap<>();
        Matcher line = Pattern.compile("\\d+: +(\\d+) +\\d+ +(\\S+)").matcher(histogram());
        while (line.find()) {
            if (OF_REQUESTS.contains(line.group(2))) {
                living.put(line.group(2), Long.valueOf(line.group(1)));
            }
        }
        return living;
    }

    /** Of what there is more now than there was before. */
    private static Map<String, Long> grown(Map<String, Long> before) {
        Map<String, Long> grown = living();
        before.forEach((name, count) -> grown.computeIfPresent(name, (same, now) -> now <= count ? null : now));
        return grown;
    }

    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (javax.management.JMException e) {
            throw new IllegalStateException(e);
        }
    }

    /** None where the system does not list them. */
    private static long openFiles() {
        Path descriptors = Path.of("/proc/self/fd");
        try (Stream<Path> open = Files.isDirectory(descriptors) ? Files.list(descriptors) : Stream.empty()) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
