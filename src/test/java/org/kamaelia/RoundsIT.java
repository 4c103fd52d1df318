package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ComponentQuery;
import org.kamaelia.control.ConnectionFilter;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ListenerState;

/** A server with hundreds of connections tells them what concerns all of them a few in each step. */
class RoundsIT {
    private static final int MANY = 600;
    private static final int PIECES = MANY / 64;

    private final List<Socket> clients = new ArrayList<>();
    private Running running;
    private Listener listener;

    @BeforeEach
    void connect() throws IOException {
        running = new Running(Transport.NATIVE, 1);
        listener = running.start(Running.on("echo"));
        for (int i = 0; i < MANY; i++) {
            clients.add(Running.connect(listener));
        }
        for (Socket client : clients) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        running.close();
    }

    private long steps() {
        ComponentQuery server = new ComponentQuery("TcpServer", null, null, null, 1, null);
        return Running.await(running.control().components(server))
                .items()
                .get(0)
                .steps();
    }

    private int in(String state) {
        ConnectionFilter filter = new ConnectionFilter(null, null, null, null, state);
        return Running.await(
                        running.control().connections(ConnectionQuery.of(filter).limit(MANY)))
                .items()
                .size();
    }

    @Test
    void aDrainReachesAllOfThem() throws IOException {
        long before = steps();

        Running.await(listener.stop(Duration.ofHours(1)));

        Running.until("all know", () -> in("draining") == MANY);
        assertThat(steps() - before).isGreaterThanOrEqualTo(PIECES);
        Running.await(listener.stop(Duration.ZERO));
        for (Socket client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.close();
        }
        Running.until("it has stopped", () -> Running.await(listener.view()).state() == ListenerState.STOPPED);
    }

    @Test
    void changedOptionsReachAllOfThem() throws IOException {
        Running.await(running.control().patch("echo", new JsonObject().put("idleTimeout", "100ms"), false));

        for (Socket client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }
}
