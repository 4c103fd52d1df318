package org.kamaelia.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.LogOptions;
import org.kamaelia.control.AdminPlane;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.tcp.Durations;
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
        StopSignals signals = StopSignals.take(err);
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(eventLoops(options)));
        try {
            return run(Kamaelia.create(vertx, options), signals.first());
        } catch (ExecutionException failed) {
            return tell(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            tell("did not stop in time");
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
            announce(whatListensWhere(completable(kamaelia.listening()).get(), kamaelia.admin()));
        }
        LOG.info(
                "{}: stopping; connections may go on for {} at most, and another signal ends them at once",
                stop.get(),
                Durations.format(options.shutdown().total()));
        Duration longest = options.shutdown().total().plus(GRACE);
        completable(kamaelia.shutdown()).get(longest.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("stopped");
        return Main.DONE;
    }

    /** By the log where that was asked to be JSON: whoever collects both streams as one reads nothing else then. */
    private void announce(String line) {
        if (options.log().format() == LogOptions.Format.JSON) {
            LOG.info("{}", line);
        } else {
            out.println(line);
        }
    }

    /** One for each scheduler, and one for operators, so that connections do not wait for them. */
    private static int eventLoops(KamaeliaOptions options) {
        int schedulers = options.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : options.eventLoops();
        return options.admin() == null ? schedulers : schedulers + 1;
    }

    private static String whatListensWhere(Map<String, String> listeners, AdminPlane.@Nullable Running admin) {
        List<String> parts = new ArrayList<>();
        listeners.forEach((name, address) -> parts.add(name + " on " + address));
        if (parts.isEmpty()) {
            parts.add("no listener");
        }
        if (admin != null) {
            parts.add("control plane on " + (admin.secure() ? "https" : "http") + "://" + bracketed(admin.host()) + ":"
                    + admin.port());
        }
        return Main.NAME + " " + ControlPlane.version() + ": " + String.join("; ", parts);
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** One line for each thing that is wrong; the stack is for whoever looks for it in the log. */
    private int tell(Throwable failure) {
        LOG.debug("cannot go on", failure);
        if (failure instanceof ControlFailure control && control.reason() == Reason.INVALID) {
            control.problems().forEach(problem -> tell(problem.detail()));
            return Main.MISCONFIGURED;
        }
        String message = failure.getMessage();
        tell(message == null ? failure.toString() : message);
        return Main.FAILED;
    }

    private void tell(String problem) {
        err.println(Main.NAME + ": " + problem.replaceAll("\\R", " "));
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
