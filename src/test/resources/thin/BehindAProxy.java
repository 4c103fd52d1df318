import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ProxyProtocol;

/** Somebody else's program that asks for what the thin artifact does not bring along. */
public final class BehindAProxy {

    private BehindAProxy() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Kamaelia kamaelia = Kamaelia.create(vertx, new KamaeliaOptions());
        try {
            kamaelia.start(ListenerOptions.of("echo").host("127.0.0.1").proxyProtocol(ProxyProtocol.required()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            System.out.println(refused.getCause().getMessage());
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
