package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.ControlFailure;

/** Frames to consumers of the event bus and back, over sockets. */
@ParameterizedClass
@EnumSource(Transport.class)
class EventBusIT {
    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport);
    }

    @AfterEach
    void close() {
        running.close();
    }

    private Listener bus(String address, JsonObject options) {
        return running.start(Running.on("eventbus").protocolOptions(options.put("address", address)));
    }

    private static JsonObject options() {
        return new JsonObject();
    }

    /** Requests that wait until somebody answers them. */
    private BlockingQueue<Message<String>> collect(String address) {
        BlockingQueue<Message<String>> requests = new LinkedBlockingQueue<>();
        Running.await(running.vertx
                .eventBus()
                .<String>consumer(address, requests::add)
                .completion());
        return requests;
    }

    private void upper(String address) {
        Running.await(running.vertx
                .eventBus()
                .<String>consumer(
                        address, request -> request.reply(request.body().toUpperCase(Locale.ROOT)))
                .completion());
    }

    private static Message<String> next(BlockingQueue<Message<String>> requests) throws InterruptedException {
        Message<String> next = requests.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a request").isNotNull();
        return next;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BufferedReader reader(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    // ---- replies

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void everyLineIsAnsweredInOrder(int inFlight) throws Exception {
        upper("upper");
        Listener listener = bus("upper", options().put("inFlight", inFlight));
        try (Socket client = Running.connect(listener)) {
            List<String> lines =
                    IntStream.range(0, 2_000).mapToObj(i -> "line " + i).toList();
            send(client, String.join("\n", lines));
            client.shutdownOutput();

            List<String> replies = reader(client).lines().toList();

            assertThat(replies)
                    .isEqualTo(lines.stream()
                            .map(line -> line.toUpperCase(Locale.ROOT))
                            .toList());
        }
    }

    @Test
    void repliesThatComeInAnotherOrderAreSentInThatOfTheRequests() throws Exception {
        BlockingQueue<Message<String>> requests = collect("slow");
        Listener listener = bus("slow", options().put("inFlight", 3));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\nb\nc\n");
            List<Message<String>> waiting = List.of(next(requests), next(requests), next(requests));

            waiting.get(2).reply("3");
            waiting.get(1).reply("2");
            waiting.get(0).reply("1");

            BufferedReader replies = reader(client);
            assertThat(replies.readLine()).isEqualTo("1");
            assertThat(replies.readLine()).isEqualTo("2");
            assertThat(replies.readLine()).isEqualTo("3");
        }
    }

    @Test
    void noMoreRequestsThanAllowedAreUnderWayAndTheSenderIsSlowedDown() throws Exception {
        BlockingQueue<Message<String>> requests = collect("slow");
        Listener listener = bus("slow", options().put("inFlight", 2).put("timeout", "1m"));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            Thread sender = new Thread(() -> {
                byte[] lines = "0123456789abcde\n".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
                try (OutputStream out = client.getOutputStream()) {
                    for (int i = 0; i < 64; i++) {
                        out.write(lines);
                    }
                } catch (IOException closed) {
                    // by the test, which is what ends it
                }
            });
            sender.start();
            next(requests);
            next(requests);
            long[] before = {-1};
            Running.until("the connection is not read any more", () -> {
                long now = running.view(id).bytesIn();
                boolean rests = now > 0 && now == before[0] && sender.getState() == Thread.State.RUNNABLE;
                before[0] = now;
                return rests;
            });

            assertThat(running.view(id).bytesIn()).isLessThan(4 << 20);
            assertThat(requests).isEmpty();
            Running.hangUp(client);
            sender.join(20_000);
        }
    }

    @Test
    void aMessageSaysWhereItComesFrom() throws Exception {
        BlockingQueue<Message<String>> requests = collect("who");
        Listener listener = bus("who", options());
        try (Socket client = Running.connect(listener)) {
            send(client, "hello\n");
            Message<String> request = next(requests);

            assertThat(request.headers().get("connection")).isEqualTo(running.idOf(client));
            assertThat(request.headers().get("listener")).isEqualTo("eventbus");
            assertThat(request.headers().get("remoteAddress")).isEqualTo("127.0.0.1:" + client.getLocalPort());
        }
    }

    @Test
    void jsonAndNothingAreRepliesToo() throws Exception {
        BlockingQueue<Message<String>> requests = collect("any");
        Listener listener = bus("any", options());
        try (Socket client = Running.connect(listener)) {
            BufferedReader replies = reader(client);
            send(client, "a\nb\nc\n");
            next(requests).reply(new JsonObject().put("a", 1));
            assertThat(replies.readLine()).isEqualTo("{\"a\":1}");
            next(requests).reply(null);
            assertThat(replies.readLine()).isEmpty();
            next(requests).reply(Buffer.buffer("buffer"));
            assertThat(replies.readLine()).isEqualTo("buffer");
        }
    }

    @Test
    void framesWithTheirLengthAreBuffers() throws Exception {
        Running.await(running.vertx
                .eventBus()
                .<Buffer>consumer(
                        "double",
                        request -> request.reply(
                                Buffer.buffer().appendBuffer(request.body()).appendBuffer(request.body())))
                .completion());
        Listener listener =
                bus("double", options().put("framing", "length-prefixed").put("prefixBytes", 2));
        try (Socket client = Running.connect(listener)) {
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            DataInputStream in = new DataInputStream(client.getInputStream());
            out.writeUTF("ab\n");
            out.writeUTF("");

            assertThat(in.readUTF()).isEqualTo("ab\nab\n");
            assertThat(in.readUTF()).isEmpty();
        }
    }

    // ---- without a reply

    @Test
    void withoutRepliesMessagesAreOnlySent() throws Exception {
        BlockingQueue<Message<String>> requests = collect("sink");
        Listener listener = bus("sink", options().put("reply", false));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\nb\n");
            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Message<String> first = next(requests);
            assertThat(first.body()).isEqualTo("a");
            assertThat(first.replyAddress()).isNull();
            assertThat(next(requests).body()).isEqualTo("b");
        }
    }

    @Test
    void withoutRepliesAMessageThatNobodyTakesEndsTheConnection() throws Exception {
        Listener listener = bus("nobody", options().put("reply", false));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\n");

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    // ---- failures

    @Test
    void aRequestThatFailsEndsTheConnectionAfterTheRepliesBeforeIt() throws Exception {
        BlockingQueue<Message<String>> requests = collect("picky");
        Listener listener = bus("picky", options().put("inFlight", 3));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\nb\nc\n");
            Message<String> first = next(requests);
            next(requests).fail(7, "not that");
            next(requests).reply("3");
            first.reply("1");

            assertThat(reader(client).lines().toList()).containsExactly("1");
        }
    }

    @Test
    void aTextAnswersRequestsThatFailAreTakenByNobodyOrAreLate() throws Exception {
        JsonObject options = options().put("onFailure", "sorry").put("timeout", "50ms");
        Listener listener = bus("later", options);
        try (Socket client = Running.connect(listener)) {
            BufferedReader replies = reader(client);
            send(client, "nobody\n");
            assertThat(replies.readLine()).isEqualTo("sorry");

            BlockingQueue<Message<String>> requests = collect("later");
            send(client, "late\n");
            next(requests);
            assertThat(replies.readLine()).isEqualTo("sorry");
            send(client, "refused\n");
            next(requests).fail(7, "not that");
            assertThat(replies.readLine()).isEqualTo("sorry");
        }
    }

    @Test
    void aReplyThatDoesNotFitTheFramingIsAFailure() throws Exception {
        BlockingQueue<Message<String>> requests = collect("verse");
        Listener listener = bus("verse", options().put("onFailure", "sorry"));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\n");
            next(requests).reply("two\nlines");

            assertThat(reader(client).readLine()).isEqualTo("sorry");
        }
    }

    @Test
    void aFrameThatIsTooLongEndsTheInputAfterTheRepliesBeforeIt() throws Exception {
        upper("upper");
        Listener listener = bus("upper", options().put("maxLength", 4));
        try (Socket client = Running.connect(listener)) {
            send(client, "a\nb\n12345\nc\n");

            assertThat(reader(client).lines().toList()).containsExactly("A", "B");
        }
    }

    // ---- options

    @ParameterizedTest
    @ValueSource(strings = {"kamaelia", "kamaelia.control"})
    void theAddressesOfTheControlPlaneAreRefusedAtTheStart(String address) {
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> bus(address, options()))
                .withMessageContaining("address \"" + address + "\" is kept for the control plane");
    }
}
