package org.kamaelia.app;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
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
 * certificates, addresses that are wanted twice, a control plane that everybody could reach. Blocks.
 */
final class ConfigurationCheck {
    private final KamaeliaOptions options;
    private final Preflight faults = new Preflight();
    private final Preflight warnings = new Preflight();

    /**
     * What was found.
     *
     * @param faults what keeps it from running
     * @param warnings what keeps a listener that is not required from starting, and nothing else
     */
    record Findings(List<InvalidOptions.Problem> faults, List<InvalidOptions.Problem> warnings) {
        static final Findings NONE = new Findings(List.of(), List.of());
    }

    private ConfigurationCheck(KamaeliaOptions options) {
        this.options = options;
    }

    /** All of it at once. */
    static Findings of(KamaeliaOptions options) {
        Vertx vertx = Vertx.vertx(); // its worker threads read certificates and keys; nothing else of it is made use of
        try {
            return new ConfigurationCheck(options).run(vertx);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private Findings run(Vertx vertx) {
        Certificates certificates = certificates(vertx);
        AdminOptions admin = options.admin();
        if (admin != null) {
            faults.add(RestPlane.problems(vertx, admin, certificates));
        }
        Path state = options.stateDirectory();
        if (state != null) {
            faults.check("", "", () -> StateDirectory.check(state));
        }
        Path audit = options.audit().file();
        if (audit != null && !isMadeWith(state, audit)) {
            faults.check("", "", () -> AuditFile.check(audit));
        }
        faults.check("/listeners", "", () -> listeners(certificates));
        if (certificates != null) {
            certificates.stop();
        }
        return new Findings(faults.problems(), warnings.problems());
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
        AtomicReference<@Nullable Certificates> loaded = new AtomicReference<>();
        faults.check("", "", () -> loaded.set(load(vertx)));
        return loaded.get();
    }

    private Certificates load(Vertx vertx) {
        try {
            return Certificates.load(vertx, options.certificates(), event -> {})
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
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
            String subject = "listener " + each.name();
            String pointer = "/listeners/" + i;
            (each.required() ? faults : warnings)
                    .listener(pointer, subject, each.options(), protocols, options.policy(), certificates)
                    .check(pointer, subject, () -> claim(owners, each.options(), subject));
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
