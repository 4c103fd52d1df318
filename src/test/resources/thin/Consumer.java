import io.vertx.core.Vertx;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.tcp.ListenerOptions;

/** Somebody else's program, with nothing on its class path but what the thin artifact brings along. */
public final class Consumer {

    private Consumer() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        int port = kamaelia.start(ListenerOptions.of("echo").host("127.0.0.1").port(0))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .port();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("from a thin class path".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            System.out.println(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
