package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who measures a Vertx sees the connections of its listeners come and go. */
class VertxMetricsIT {
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private Vertx vertx;
    private Kamaelia kamaelia;

    /** Tells each connection's beginning and end. */
    private final class Metrics implements VertxMetrics {
        @Override
        public TCPMetrics<?> createNetServerMetrics(NetServerOptions options, SocketAddress address) {
            return new TCPMetrics<String>() {
                @Override
                public String connected(SocketAddress remote, String name) {
                    told.add("come " + remote.port());
                    return "from " + remote.port();
                }

                @Override
                public void disconnected(String metric, SocketAddress remote) {
                    told.add("gone " + metric);
                }
            };
        }
    }

    @BeforeEach
    void open() {
        vertx = Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
                .withMetrics(options -> new Metrics())
                .build();
        kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2));
        Running.await(kamaelia.open());
    }

    @AfterEach
    void close() {
        Running.await(vertx.close());
    }

    @Test
    void eachConnectionIsToldWhenItComesAndWhenItGoes() throws Exception {
        Listener listener = Running.await(kamaelia.start(Running.on("echo")));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            try (Socket client = Running.connect(listener)) {
                client.getOutputStream().write(i);
                assertThat(client.getInputStream().read()).isEqualTo(i);
                expected.add("come " + client.getLocalPort());
                expected.add("gone from " + client.getLocalPort());
            }
        }

        Running.until("all are told", () -> told.size() >= expected.size());
        assertThat(told).containsExactlyInAnyOrderElementsOf(expected);
    }
}
