import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.KamaeliaVerticle;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.EventBusOptions;
import org.kamaelia.control.Role;

/** Somebody else's program that asks for control planes without what they need. */
public final class ControlPlanes {

    private ControlPlanes() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            deploy(vertx, new KamaeliaOptions().admin(AdminOptions.defaults().port(0)));
            deploy(vertx, new KamaeliaOptions().eventBus(new EventBusOptions(Role.OPERATOR)));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static void deploy(Vertx vertx, KamaeliaOptions options) throws Exception {
        try {
            vertx.deployVerticle(new KamaeliaVerticle(options))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            System.out.println(refused.getCause().getMessage());
        }
    }
}
