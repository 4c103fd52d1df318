package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ConnectionView;

/** Connections that are open too long, or whose peer takes nothing. */
@ParameterizedClass
@EnumSource(Transport.class)
class TimeLimitsIT {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final int MUCH = 64 << 20;

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

    private void patch(Listener listener, String option, Object value) {
        Running.await(running.control().patch(listener.name(), new JsonObject().put(option, value), false));
    }

    @Test
    void aConnectionThatIsTooOldFinishesItsRepliesThoughItIsBusy() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(MUCH),
                Running.on("sending").maxAge(SOON));
        try (Socket client = Running.connect(listener)) {
            String id = running.idOf(client);
            Bytes expected = new Bytes(0);

            expected.read(client.getInputStream(), MUCH);

            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
            Running.hangUp(client);
            ConnectionView ended = running.ended(id);
            assertThat(ended.closeCause()).isEqualTo("too-old");
            assertThat(ended.unsentBytes()).isZero();
            assertThat(Duration.between(ended.openedAt(), ended.closedAt())).isGreaterThanOrEqualTo(SOON);
        }
    }

    @Test
    void anAgeSetLaterHoldsForThoseThatAreOpenAndOnlyForThoseOldEnough() throws Exception {
        Listener listener = running.start(Running.on("echo"));
        List<Socket> clients = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Running.connect(listener));
            ids.add(running.idOf(clients.get(i)));
        }
        patch(listener, "maxAge", "1h");
        clients.get(0).getOutputStream().write(7);
        assertThat(clients.get(0).getInputStream().read()).isEqualTo(7);

        patch(listener, "maxAge", "100ms");

        for (int i = 0; i < clients.size(); i++) {
            assertThat(Running.endOf(clients.get(i))).isEqualTo(Running.End.FIN);
            clients.get(i).close();
            assertThat(running.ended(ids.get(i)).closeCause()).isEqualTo("too-old");
        }
    }

    @Test
    void aPeerThatTakesNothingIsResetAndWhatWasUnsentIsTold() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(MUCH),
                Running.on("sending").writeTimeout(SOON).idleTimeout(Duration.ZERO));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);

            ConnectionView ended = running.ended(id);

            assertThat(ended.closeCause()).isEqualTo("write-timeout");
            assertThat(ended.closeDetail()).isEqualTo("the peer took nothing for writeTimeout 300ms");
            assertThat(ended.unsentBytes()).isPositive();
            assertThat(Running.endOf(client)).isEqualTo(Running.End.RESET);
        }
    }

    @Test
    void aPeerThatTakesLittleButOftenGetsItAll() throws Exception {
        int length = 64 << 20;
        Duration limit = Duration.ofSeconds(1);
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenDone(length),
                Running.on("sending").writeTimeout(limit).closeTimeout(Duration.ofMinutes(1)));
        try (Socket client = Running.connectNarrow(listener)) {
            Bytes expected = new Bytes(0);
            long end = System.nanoTime() + limit.multipliedBy(3).toNanos();
            while (System.nanoTime() < end) {
                expected.read(client.getInputStream(), 16_000);
                LockSupport.parkNanos(1_000_000);
            }

            expected.read(client.getInputStream(), length - expected.count());

            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
    }

    @Test
    void aWriteTimeoutSetLaterHoldsForThoseWhoseBytesWaitAlready() throws Exception {
        Listener listener = running.start(
                "sending",
                connection -> Sending.thenStaying(MUCH),
                Running.on("sending").writeTimeout(Duration.ZERO));
        try (Socket client = Running.connectNarrow(listener)) {
            String id = running.idOf(client);
            Running.until("bytes wait", () -> running.view(id).unsentBytes() > 0);

            patch(listener, "writeTimeout", "50ms");

            assertThat(running.ended(id).closeCause()).isEqualTo("write-timeout");
        }
    }

    @Test
    void whatWaitsForItsHandlerAndNotForThePeerIsNoBusinessOfTheWriteTimeout() throws Exception {
        Silent silent = new Silent();
        Listener listener = running.start(
                "silent", connection -> silent, Running.on("silent").writeTimeout(Duration.ofMillis(10)));
        try (Socket client = Running.connect(listener)) {
            Bytes bytes = new Bytes(0);
            bytes.write(client.getOutputStream(), 10_000);
            String id = running.idOf(client);
            Running.until("much time has passed", () -> running.view(id).idle().toMillis() > 300);
            silent.startReading();
            Running.until("it goes on", () -> silent.read() == 10_000);
        }
    }
}
