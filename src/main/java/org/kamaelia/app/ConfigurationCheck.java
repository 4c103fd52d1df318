package org.kamaelia.app;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.kamaelia.ConfiguredListener;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AuditFile;
import org.kamaelia.control.Preflight;
import org.kamaelia.control.StateDirectory;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.rest.RestPlane;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;

/**
 * What would keep a configuration from running, as far as that shows before anything is opened or written: files, protocols,
 * certificates, addresses that are wanted twice, a control plane that everybody could reach. A listener that is not required
 * keeps nothing from running, and is not looked at. Blocks.
 */
final class ConfigurationCheck {
    private final KamaeliaOptions options;
    private final Preflight preflight = new Preflight();

    private ConfigurationCheck(KamaeliaOptions options) {
        this.options = options;
    }

    /** All of it at once. */
    static List<InvalidOptions.Problem> problems(KamaeliaOptions options) {
        Vertx vertx = Vertx.vertx(); // which only certificates need, and is cheap besides
        try {
            return new ConfigurationCheck(options).run(vertx);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private List<InvalidOptions.Problem> run(Vertx vertx) {
        Certificates certificates = certificates(vertx);
        AdminOptions admin = options.admin();
        if (admin != null) {
            preflight.check(() -> throwAll(RestPlane.problems(vertx, admin, certificates)));
        }
        Path state = options.stateDirectory();
        if (state != null) {
            preflight.check(() -> StateDirectory.check(state));
        }
        Path audit = options.audit().file();
        if (audit != null && !isMadeWith(state, audit)) {
            preflight.check(() -> AuditFile.check(audit));
        }
        listeners(certificates);
        if (certificates != null) {
            certificates.stop();
        }
        return preflight.problems();
    }

    /** Whether a start makes the file's directory before it opens the file. */
    private static boolean isMadeWith(@Nullable Path state, Path audit) {
        Path directory = audit.toAbsolutePath().normalize().getParent();
        return state != null
                && directory != null
                && state.toAbsolutePath().normalize().startsWith(directory)
                && Files.notExists(directory);
    }

    /** Null if they have a fault, which is noted. */
    private @Nullable Certificates certificates(Vertx vertx) {
        try {
            return Certificates.load(vertx, options.certificates(), event -> {})
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof InvalidOptions invalid) {
                preflight.check(() -> {
                    throw invalid;
                });
                return null;
            }
            throw failed;
        }
    }

    private static void throwAll(List<InvalidOptions.Problem> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
    }

    private void listeners(@Nullable Certificates certificates) {
        Protocols protocols = Protocols.found();
        Map<String, String> owners = new HashMap<>();
        AdminOptions admin = options.admin();
        if (admin != null && admin.port() != 0) {
            owners.put(admin.host() + ":" + admin.port(), "the control plane");
        }
        for (int i = 0; i < options.listeners().size(); i++) {
            ConfiguredListener each = options.listeners().get(i);
            if (each.required()) {
                String subject = "listener " + each.name();
                String pointer = "/listeners/" + i;
                preflight.listener(pointer, subject, each.options(), protocols, options.policy(), certificates);
                preflight.check(pointer, subject, () -> claim(owners, each.options(), subject));
            }
        }
    }

    /** Throws for an address that another one has. */
    private static void claim(Map<String, String> owners, ListenerOptions options, String subject) {
        boolean anyPort = options.path() == null && (options.port() == 0 || options.portRange() != null);
        String owner = anyPort ? null : owners.putIfAbsent(options.address(), subject);
        if (owner != null) {
            throw new InvalidOptions(
                    options.path() == null ? "/port" : "/path",
                    options.address() + " is taken by " + owner + ": use another "
                            + (options.path() == null ? "port, or 0 for any free one" : "path"));
        }
    }
}
