package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;
import org.kamaelia.control.ConnectionView;
import org.slf4j.LoggerFactory;

/** A handler that fails costs its own connection, and somebody is told which and why. */
class HandlerFailureIT {
    private final Running running = new Running(Transport.NATIVE);
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.kamaelia.component");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        logged.list = new CopyOnWriteArrayList<>();
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
        running.close();
    }

    /** Echoes until it gets a 0, then throws. */
    private static final class Brittle extends Reactor {
        Brittle() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, bytes -> {
                if (bytes.getByte(0) == 0) {
                    throw new IllegalStateException("a zero");
                }
                out.send(bytes);
            });
        }
    }

    @Test
    void oneThatThrowsEndsItsOwnConnectionOnly() throws Exception {
        Listener listener = running.start("brittle", connection -> new Brittle());
        try (Socket other = Running.connect(listener);
                Socket another = Running.connect(listener);
                Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            assertEchoes(client);

            client.getOutputStream().write(0);

            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("handler-failed");
            assertThat(ended.closeDetail()).isEqualTo("java.lang.IllegalStateException: a zero");
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
            assertEchoes(other);
            assertEchoes(another);
            Running.until("its place is free", () -> running.counts(listener).open() == 2);
            assertThat(logged.list).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage())
                        .matches(
                                "component HandlerFailureIT.Brittle#\\d+ of connection \\S+ of listener brittle failed and has ended");
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo("a zero");
            });
        }
    }

    @Test
    void aFactoryThatThrowsCostsThatConnectionOnly() throws Exception {
        assertRefuses(
                id -> {
                    throw new IllegalStateException("no handler today");
                },
                "no handler today");
    }

    @Test
    void aFactoryWithAnErrorCostsThatConnectionOnly() throws Exception {
        assertRefuses(
                id -> {
                    throw new AssertionError("not even an exception");
                },
                "not even an exception");
    }

    @Test
    void aFactoryThatMakesNothingCostsThatConnectionOnly() throws Exception {
        assertRefuses(id -> null, "the protocol opened no component");
    }

    @Test
    void aHandlerThatTakesSomethingElseCostsThatConnectionOnly() throws Exception {
        assertRefuses(id -> new TakesStrings(), "carries String, not Buffer");
    }

    private static final class TakesStrings extends Reactor {
        TakesStrings() {
            on(inbox("inbox", String.class), line -> {});
        }
    }

    @Test
    void aHandlerThatSendsSomethingElseCostsThatConnectionOnly() throws Exception {
        assertRefuses(id -> new SendsStrings(), "carries String, not Buffer");
    }

    private static final class SendsStrings extends Reactor {
        SendsStrings() {
            outbox("outbox", String.class);
        }
    }

    private static final class Mute extends Reactor {
        Mute() {
            on(addInbox("input", Buffer.class), bytes -> {});
        }
    }

    @Test
    void aHandlerWithoutTheBoxesOfAHandlerIsToldOfOncePerEventLoop() throws Exception {
        Listener listener = running.start("mute", connection -> new Mute());
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Running.connect(listener));
        }
        // Before any leaves: one that is gone when the server looks at it is not counted.
        Running.until("all have come", () -> running.counts(listener).accepted() == 8);
        for (Socket each : clients) {
            each.close();
        }
        Running.until("all have ended", () -> running.counts(listener).open() == 0);

        assertThat(withoutBoxes()).hasSizeBetween(1, 2).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .matches(
                            "handler HandlerFailureIT.Mute#\\d+ of connection \\S+ of listener mute has neither an inbox"
                                    + " called inbox nor an outbox called outbox: .*");
        });
    }

    @Test
    void aHandlerThatOnlySpeaksIsNoFault() throws Exception {
        Listener listener = running.start("speaks", connection -> new Speaks());
        try (Socket client = Running.connect(listener)) {
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }
        assertThat(withoutBoxes()).isEmpty();
    }

    /** On a busy machine there may be lines of steps that take long, too. */
    private List<ILoggingEvent> withoutBoxes() {
        return logged.list.stream()
                .filter(each -> each.getFormattedMessage().startsWith("handler "))
                .toList();
    }

    private static final class Speaks extends Component {
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);

        @Override
        protected Next step() {
            out.send(Buffer.buffer("hello"));
            return DONE;
        }
    }

    @Test
    void aHandlerThatServesAlreadyCannotServeAnother() throws Exception {
        Brittle only = new Brittle();
        Listener listener = running.start("brittle", connection -> only);
        try (Socket first = Running.connect(listener)) {
            assertEchoes(first);
            // On the other event loop as well as on the same.
            for (int i = 0; i < 4; i++) {
                assertBrokenOff(listener);
                assertEchoes(first);
            }
            Running.until("each is told of", () -> logged.list.size() == 4);
            assertThat(logged.list)
                    .allSatisfy(line -> assertThat(line.getThrowableProxy().getMessage())
                            .endsWith(" serves another connection, or has; a protocol makes a new component for each"));
        }
    }

    private void assertRefuses(Running.Handlers bad, String why) throws Exception {
        int[] asked = {0};
        Listener listener = running.start("sometimes", connection -> {
            synchronized (asked) {
                if (asked[0]++ % 3 == 0) {
                    refused.add(connection.id().toString());
                    return bad.open(connection);
                }
            }
            return new Brittle();
        });
        for (int i = 0; i < 12; i++) {
            if (i % 3 == 0) {
                assertBrokenOff(listener);
                continue;
            }
            try (Socket client = Running.connect(listener)) {
                assertEchoes(client);
            }
        }
        assertThat(refused).hasSize(4);
        for (String id : refused) {
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("handler-failed");
            assertThat(ended.closeDetail()).contains(why);
            String told = "connection " + id + " of listener sometimes got no handler and was closed";
            Running.until(
                    told,
                    () -> logged.list.stream()
                            .anyMatch(each -> each.getFormattedMessage().equals(told)));
        }
        Running.until("all have ended", () -> running.counts(listener).open() == 0);
    }

    private static void assertBrokenOff(Listener listener) throws Exception {
        assertThat(Running.endOfNew(listener)).isEqualTo(Running.End.RESET);
    }

    private static void assertEchoes(Socket client) throws Exception {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    /** Holds its event loop until the log has told of it three times, as it does after 1, 10 and 100 times the limit. */
    private final class Slow extends Reactor {
        Slow() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, bytes -> {
                long end = System.nanoTime() + 20_000_000_000L;
                while (timesTold() < 3 && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                out.send(Buffer.buffer(timesTold() + " times"));
            });
        }

        private long timesTold() {
            return logged.list.stream()
                    .filter(each -> each.getFormattedMessage().contains("a step of HandlerFailureIT.Slow#"))
                    .count();
        }
    }

    @Test
    void aStepIsOverdueAfterTheConfiguredTime() throws Exception {
        KamaeliaOptions options = new KamaeliaOptions().schedulers(new SchedulerOptions(Duration.ofMillis(1)));
        try (Running strict = new Running(Transport.NATIVE, options)) {
            Listener listener = strict.start("slow", connection -> new Slow());
            try (Socket client = Running.connect(listener)) {
                client.getOutputStream().write('x');

                assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("3 times");
            }
        }
    }
}
