package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;

/** A component that never rests takes the time that is left, not the sockets' time. */
@ParameterizedClass
@EnumSource(Transport.class)
class BusyNeighbourIT {
    private static final long LIMIT = Duration.ofMillis(5).toNanos();

    @Parameter
    Transport transport;

    private Running running;

    @BeforeEach
    void start() {
        running = new Running(transport, 1);
    }

    @AfterEach
    void close() {
        running.close();
    }

    /** Always has more to do. */
    private static final class Restless extends Component {
        private volatile long turns;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        protected Next step() {
            turns++;
            return AGAIN;
        }
    }

    @Test
    void echoStaysQuick() throws Exception {
        Restless restless = new Restless();
        Listener busy = running.start("restless", connection -> restless);
        Listener echo = running.start(Running.on("echo"));
        try (Socket neighbour = Running.connect(busy);
                Socket client = Running.connect(echo)) {
            Running.until("the neighbour is busy", () -> neighbour.isConnected() && restless.turns > 0);
            assertEchoes(client);
            long before = restless.turns;

            // Whatever else this machine does, it is quiet for one of a hundred moments.
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 100 && best > LIMIT; i++) {
                best = Math.min(best, nineOfTenWithin(client, 50));
            }

            assertThat(best).isLessThan(LIMIT);
            assertThat(restless.turns).isGreaterThan(before + 1_000);
        }
    }

    /** The time that nine of ten round trips stay under. */
    private static long nineOfTenWithin(Socket client, int times) throws IOException {
        long[] took = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            assertEchoes(client);
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return took[times * 9 / 10];
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
