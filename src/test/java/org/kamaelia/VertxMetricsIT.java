package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.PortRange;

/** Who measures a Vertx sees connections come and go: of its listeners, and those that they make themselves. */
class VertxMetricsIT {
    private static final Policy LOOPBACK = new Policy(
            Policy.defaults().ports(), null, null, null, List.of(new HostPorts("127.0.0.1", new PortRange(1, 65535))));

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final List<Socket> clients = new ArrayList<>();
    private Vertx vertx;
    private Kamaelia kamaelia;

    /** Tells each connection's beginning and end. */
    private final class Metrics implements VertxMetrics {
        @Override
        public TCPMetrics<?> createNetServerMetrics(NetServerOptions options, SocketAddress address) {
            return telling("from ");
        }

        @Override
        public TCPMetrics<?> createNetClientMetrics(NetClientOptions options) {
            return telling("to ");
        }

        private TCPMetrics<String> telling(String direction) {
            return new TCPMetrics<>() {
                @Override
                public String connected(SocketAddress remote, String name) {
                    told.add("come " + direction + remote.port());
                    return direction + remote.port();
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
        kamaelia = Kamaelia.create(vertx, new KamaeliaOptions().eventLoops(2).policy(LOOPBACK));
        Running.await(kamaelia.open());
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : clients) {
            each.close();
        }
        Running.await(vertx.close());
    }

    private Socket echoing(Listener listener) throws IOException {
        Socket client = Running.connect(listener);
        clients.add(client);
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
        return client;
    }

    /** Each once, and its beginning before its end. */
    private void assertTold(List<String> connections) {
        Running.until("all are told", () -> told.size() >= 2 * connections.size());
        List<String> all = List.copyOf(told);
        assertThat(all).hasSize(2 * connections.size());
        for (String each : connections) {
            assertThat(all).containsSubsequence("come " + each, "gone " + each);
        }
    }

    private List<String> peers() {
        return clients.stream().map(each -> "from " + each.getLocalPort()).toList();
    }

    @Test
    void eachConnectionIsToldWhenItComesAndThenWhenItGoes() throws Exception {
        Listener listener = Running.await(kamaelia.start(Running.on("echo")));
        for (int i = 0; i < 4; i++) {
            echoing(listener).close();
        }

        assertTold(peers());
    }

    @Test
    void whoIsThereWhenItsListenerIsShutDownIsToldToGoOnce() throws Exception {
        Listener listener = Running.await(kamaelia.start(Running.on("echo").closeTimeout(Duration.ofMillis(100))));
        for (int i = 0; i < 4; i++) {
            echoing(listener);
        }
        assertThat(told).noneMatch(each -> each.startsWith("gone"));

        Running.await(listener.stop(Duration.ZERO));

        assertTold(peers());
    }

    @Test
    void whoIsThereWhenItsVertxIsClosedIsToldToGoOnce() throws Exception {
        Listener listener = Running.await(kamaelia.start(Running.on("echo")));
        for (int i = 0; i < 4; i++) {
            echoing(listener);
        }

        Running.await(vertx.close());

        assertTold(peers());
    }

    @Test
    void whatARelayConnectsToIsToldToo() throws Exception {
        Listener upstream = Running.await(kamaelia.start(Running.on("echo")));
        JsonArray upstreams = new JsonArray().add("127.0.0.1:" + upstream.port());
        Listener relay = Running.await(
                kamaelia.start(Running.on("relay").protocolOptions(new JsonObject().put("upstreams", upstreams))));

        echoing(relay).close();

        Running.until("all are told", () -> told.size() >= 6);
        assertThat(told).hasSize(6);
        String peer = peers().get(0);
        assertThat(told).containsSubsequence("come " + peer, "gone " + peer);
        assertThat(told).containsSubsequence("come to " + upstream.port(), "gone to " + upstream.port());
        String relayed = told.stream()
                .filter(each -> each.startsWith("come from ") && !each.equals("come " + peer))
                .findFirst()
                .orElseThrow();
        assertThat(told).containsSubsequence(relayed, relayed.replace("come", "gone"));
    }
}
