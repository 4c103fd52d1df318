package org.kamaelia;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * What a {@link Kamaelia} is made of: immutable, checked when made. Without arguments: one event loop per core, no
 * listener, no control plane. An accessor and a wither of one name go together.
 */
public final class KamaeliaOptions {

    private static final OptionType<Integer> EVENT_LOOPS = OptionType.integer(0, 1024);
    private static final OptionType<List<ConfiguredListener>> LISTENERS = OptionType.listOf(ConfiguredListener.TYPE);

    /** Their keys are fixed already; to take a value and do nothing with it would be worse than to refuse it. */
    private static final OptionType<Object> NOT_YET = OptionType.notYet();

    private static final OptionType<Boolean> AUDIT = OptionType.object(
            "{\"file\": null}", reader -> reader.nullable("file", NOT_YET) == null, none -> new JsonObject());

    private final int eventLoops;
    private final @Nullable AdminOptions admin;
    private final SchedulerOptions schedulers;
    private final ShutdownOptions shutdown;
    private final Policy policy;
    private final Map<String, CertificateFiles> certificates;
    private final LogOptions log;
    private final List<ConfiguredListener> listeners;

    public KamaeliaOptions() {
        this(
                0,
                null,
                SchedulerOptions.DEFAULT,
                ShutdownOptions.DEFAULT,
                Policy.defaults(),
                Map.of(),
                LogOptions.DEFAULT,
                List.of());
    }

    private KamaeliaOptions(
            int eventLoops,
            @Nullable AdminOptions admin,
            SchedulerOptions schedulers,
            ShutdownOptions shutdown,
            Policy policy,
            Map<String, CertificateFiles> certificates,
            LogOptions log,
            List<ConfiguredListener> listeners) {
        this.eventLoops = EVENT_LOOPS.check("eventLoops", eventLoops);
        this.admin = admin;
        this.schedulers = schedulers;
        this.shutdown = shutdown;
        this.policy = policy;
        this.certificates = CertificateFiles.MAP.check(
                "certificates", Collections.unmodifiableMap(new LinkedHashMap<>(certificates)));
        this.log = log;
        this.listeners = distinct(listeners);
    }

    /**
     * Reads the document of which README's configuration table tells; absent and null are the default.
     *
     * @throws InvalidOptions with all problems: unknown keys, wrong types, values out of range
     */
    public static KamaeliaOptions fromJson(JsonObject json) {
        return OptionReader.read(json, KamaeliaOptions::read);
    }

    private static KamaeliaOptions read(OptionReader reader) {
        reader.nullable("stateDirectory", NOT_YET);
        reader.nullable("audit", AUDIT);
        reader.nullable("metrics", NOT_YET);
        return new KamaeliaOptions(
                reader.optional("eventLoops", EVENT_LOOPS, 0),
                reader.nullable("admin", AdminOptions.TYPE),
                reader.optional("schedulers", SchedulerOptions.TYPE, SchedulerOptions.DEFAULT),
                reader.optional("shutdown", ShutdownOptions.TYPE, ShutdownOptions.DEFAULT),
                reader.optional("policy", Policy.TYPE, Policy.defaults()),
                reader.optional("certificates", CertificateFiles.MAP, Map.of()),
                reader.optional("log", LogOptions.TYPE, LogOptions.DEFAULT),
                reader.optional("listeners", LISTENERS, List.of()));
    }

    /** {@code fromJson(toJson())} is equal to this. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("eventLoops", eventLoops)
                .put("admin", admin == null ? null : admin.toJson())
                .put("schedulers", schedulers.toJson())
                .put("shutdown", shutdown.toJson())
                .put("policy", policy.toJson())
                .put("certificates", CertificateFiles.MAP.json(certificates))
                .put("log", log.toJson())
                .put(
                        "listeners",
                        new JsonArray(listeners.stream()
                                .map(ConfiguredListener::toJson)
                                .toList()));
    }

    /** How many event loops, each with its scheduler; 0 for one per core. */
    public int eventLoops() {
        return eventLoops;
    }

    public KamaeliaOptions eventLoops(int eventLoops) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** Where the control plane listens; null for none. */
    public @Nullable AdminOptions admin() {
        return admin;
    }

    public KamaeliaOptions admin(@Nullable AdminOptions admin) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** How components run on their event loops. */
    public SchedulerOptions schedulers() {
        return schedulers;
    }

    public KamaeliaOptions schedulers(SchedulerOptions schedulers) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    public ShutdownOptions shutdown() {
        return shutdown;
    }

    public KamaeliaOptions shutdown(ShutdownOptions shutdown) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** What the control plane may open; what is configured here is not bound by it. */
    public Policy policy() {
        return policy;
    }

    public KamaeliaOptions policy(Policy policy) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** What listeners' {@code tls} names: certificates with their keys, and authorities. */
    public Map<String, CertificateFiles> certificates() {
        return certificates;
    }

    public KamaeliaOptions certificates(Map<String, CertificateFiles> certificates) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** One certificate, or set of authorities, more. */
    public KamaeliaOptions certificate(String name, CertificateFiles files) {
        Map<String, CertificateFiles> more = new LinkedHashMap<>(certificates);
        more.put(name, files);
        return certificates(more);
    }

    /** For the server that runs by itself. */
    public LogOptions log() {
        return log;
    }

    public KamaeliaOptions log(LogOptions log) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** Started in this order; their names differ. */
    public List<ConfiguredListener> listeners() {
        return listeners;
    }

    public KamaeliaOptions listeners(List<ConfiguredListener> listeners) {
        return new KamaeliaOptions(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    /** One listener more, and required. */
    public KamaeliaOptions listener(String name, ListenerOptions options) {
        List<ConfiguredListener> more = new ArrayList<>(listeners);
        more.add(ConfiguredListener.of(name, options));
        return listeners(more);
    }

    private static List<ConfiguredListener> distinct(List<ConfiguredListener> listeners) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listeners.size(); i++) {
            String name = listeners.get(i).name();
            if (!names.add(name)) {
                throw new InvalidOptions(
                        "/listeners/" + i + "/name",
                        "listeners[" + i + "].name \"" + name + "\" is taken: use another name");
            }
        }
        return List.copyOf(listeners);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KamaeliaOptions options
                && eventLoops == options.eventLoops
                && Objects.equals(admin, options.admin)
                && schedulers.equals(options.schedulers)
                && shutdown.equals(options.shutdown)
                && policy.equals(options.policy)
                && certificates.equals(options.certificates)
                && log.equals(options.log)
                && listeners.equals(options.listeners);
    }

    @Override
    public int hashCode() {
        return Objects.hash(eventLoops, admin, schedulers, shutdown, policy, certificates, log, listeners);
    }

    @Override
    public String toString() {
        return toJson().encode();
    }
}
