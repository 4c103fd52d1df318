package org.kamaelia.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlPlane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the server, in this order:
 *
 * <ol>
 *   <li>SIGTERM and SIGINT are taken over;
 *   <li>a Vert.x is made, the only one here, with its native transport where the platform has it;
 *   <li>{@link Kamaelia} opens, and one line says what listens where; what cannot open ends the run;
 *   <li>a signal comes, {@link Kamaelia#shutdown()} drains, and Vert.x is closed.
 * </ol>
 *
 * <p>Thread: the caller's, which waits; it must not be an event loop.
 */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** What stopping may take beyond what its options grant to connections. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final KamaeliaOptions options;
    private final PrintStream out;
    private final PrintStream err;

    Server(KamaeliaOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit status. */
    int run() {
        StopSignals signals = StopSignals.take();
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(eventLoops(options)));
        try {
            return run(Kamaelia.create(vertx, options), signals.first());
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            err.println(Main.NAME + ": " + oneLine(cause));
            LOG.debug("cannot go on", cause);
            return Main.FAILED;
        } catch (TimeoutException late) {
            err.println(Main.NAME + ": did not stop in time");
            return Main.FAILED;
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
            return Main.FAILED;
        } finally {
            close(vertx);
        }
    }

    private int run(Kamaelia kamaelia, CompletableFuture<String> stop)
            throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<Kamaelia> open = completable(kamaelia.open());
        CompletableFuture.anyOf(open, stop).get();
        if (open.isDone()) {
            out.println(whatListensWhere(kamaelia));
        }
        LOG.info("{}: stopping", stop.get());
        Duration longest = options.shutdown().total().plus(GRACE);
        completable(kamaelia.shutdown()).get(longest.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("stopped");
        return Main.DONE;
    }

    /** As many as schedulers: the scheduler verticles are deployed first and get one each. */
    private static int eventLoops(KamaeliaOptions options) {
        return options.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : options.eventLoops();
    }

    private static String whatListensWhere(Kamaelia kamaelia) {
        List<String> parts = new ArrayList<>();
        kamaelia.listening().forEach((name, address) -> parts.add(name + " on " + address));
        if (parts.isEmpty()) {
            parts.add("no listener");
        }
        AdminPlane.Running admin = kamaelia.admin();
        if (admin != null) {
            parts.add("control plane on " + (admin.secure() ? "https" : "http") + "://" + bracketed(admin.host()) + ":"
                    + admin.port());
        }
        return Main.NAME + " " + ControlPlane.version() + ": " + String.join("; ", parts);
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message.replaceAll("\\R", " ");
    }

    private static void close(Vertx vertx) {
        try {
            vertx.close().await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            LOG.warn("Vert.x did not close in time");
        }
    }

    private static <T> CompletableFuture<T> completable(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture();
    }
}
