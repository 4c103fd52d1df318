package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Reactor;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.ListenerOptions;

/** Where there is an event loop more than schedulers, operators have it. */
class OperatorsLoopIT {

    @Test
    void operatorsAreAnsweredWhileAnEventLoopOfConnectionsStandsStill() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        try {
            Kamaelia kamaelia = Kamaelia.create(
                            vertx,
                            new KamaeliaOptions()
                                    .eventLoops(1)
                                    .admin(AdminOptions.defaults().port(0)))
                    .protocol(Protocol.of("stuck", connection -> {
                        reached.countDown();
                        await(goOn);
                        return new Reactor() {};
                    }));
            Listener listener = Running.await(
                    kamaelia.start(ListenerOptions.of("stuck").host("127.0.0.1").port(0)));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();

                URI info = URI.create("http://127.0.0.1:" + kamaelia.admin().port() + "/api/v1/info");
                assertThat(HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(info)
                                                .timeout(Duration.ofSeconds(20))
                                                .build(),
                                        BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
                assertThat(client.isConnected()).isTrue();
            } finally {
                goOn.countDown();
            }
        } finally {
            goOn.countDown();
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
