package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.chassis.ReadTimeout;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Reactor;

/** Connections of peers that have fallen silent. */
@ParameterizedClass
@EnumSource(Transport.class)
class ReadTimeoutIT {
    private static final Duration LIMIT = Duration.ofSeconds(1);

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

    private static final class Echo extends Reactor {
        Echo() {
            Inbox<Buffer> in = inbox("inbox", Buffer.class);
            Outbox<Buffer> out = outbox("outbox", Buffer.class);
            on(in, out, out::send);
        }
    }

    @Test
    void aSilentPeersConnectionIsClosedBehindItsLastReply() throws Exception {
        Listener listener = running.start("limited", connection -> new ReadTimeout(LIMIT, new Echo()));
        try (Socket client = Running.connect(listener)) {
            long sent = System.nanoTime();
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            String id = running.idOf(client);

            byte[] all = client.getInputStream().readAllBytes();

            assertThat(new String(all, StandardCharsets.US_ASCII)).isEqualTo("hello");
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(LIMIT);
            Running.hangUp(client);
            assertThat(running.ended(id).closeCause()).isEqualTo("idle");
            assertThat(running.ended(id).bytesOut()).isEqualTo(5);
        }
    }

    @Test
    void aHandlerThatHearsNothingDoesNotKeepTheConnection() throws Exception {
        Silent silent = new Silent();
        Listener listener = running.start("limited", connection -> new ReadTimeout(LIMIT, silent));
        try (Socket client = Running.connect(listener)) {
            assertThat(Running.endOf(client)).isEqualTo(Running.End.FIN);
        }
        silent.end();
        Running.until("it has ended", () -> running.counts(listener).open() == 0);
    }

    @Test
    void aPeerThatGoesOnSendingIsServedBeyondTheLimit() throws Exception {
        Listener listener = running.start("limited", connection -> new ReadTimeout(LIMIT, new Echo()));
        try (Socket client = Running.connect(listener)) {
            long end = System.nanoTime() + 2 * LIMIT.toNanos();
            while (System.nanoTime() < end) {
                client.getOutputStream().write('.');
                assertThat(client.getInputStream().read()).isEqualTo('.');
            }
        }
    }
}
