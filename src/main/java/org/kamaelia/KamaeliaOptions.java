package org.kamaelia;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.AuditOptions;
import org.kamaelia.control.EventBusOptions;
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

    // Written in the constructors and while a copy is made, by with().
    private int eventLoops;
    private @Nullable AdminOptions admin;
    private SchedulerOptions schedulers = SchedulerOptions.DEFAULT;
    private ShutdownOptions shutdown = ShutdownOptions.DEFAULT;
    private Policy policy = Policy.defaults();
    private @Nullable Path stateDirectory;
    private Map<String, CertificateFiles> certificates = Map.of();
    private AuditOptions audit = AuditOptions.defaults();
    private @Nullable EventBusOptions eventBus;
    private LogOptions log = LogOptions.DEFAULT;
    private List<ConfiguredListener> listeners = List.of();

    public KamaeliaOptions() {}

    private KamaeliaOptions(KamaeliaOptions other) {
        eventLoops = other.eventLoops;
        admin = other.admin;
        schedulers = other.schedulers;
        shutdown = other.shutdown;
        policy = other.policy;
        stateDirectory = other.stateDirectory;
        certificates = other.certificates;
        audit = other.audit;
        eventBus = other.eventBus;
        log = other.log;
        listeners = other.listeners;
    }

    private KamaeliaOptions with(Consumer<KamaeliaOptions> change) {
        KamaeliaOptions changed = new KamaeliaOptions(this);
        change.accept(changed);
        return changed;
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
        reader.nullable("metrics", NOT_YET);
        return new KamaeliaOptions()
                .eventLoops(reader.optional("eventLoops", EVENT_LOOPS, 0))
                .admin(reader.nullable("admin", AdminOptions.TYPE))
                .schedulers(reader.optional("schedulers", SchedulerOptions.TYPE, SchedulerOptions.DEFAULT))
                .shutdown(reader.optional("shutdown", ShutdownOptions.TYPE, ShutdownOptions.DEFAULT))
                .policy(reader.optional("policy", Policy.TYPE, Policy.defaults()))
                .stateDirectory(reader.nullable("stateDirectory", OptionType.path()))
                .certificates(reader.optional("certificates", CertificateFiles.MAP, Map.of()))
                .audit(reader.optional("audit", AuditOptions.TYPE, AuditOptions.defaults()))
                .eventBus(reader.nullable("eventBus", EventBusOptions.TYPE))
                .log(reader.optional("log", LogOptions.TYPE, LogOptions.DEFAULT))
                .listeners(reader.optional("listeners", LISTENERS, List.of()));
    }

    /** {@code fromJson(toJson())} is equal to this. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("eventLoops", eventLoops)
                .put("admin", admin == null ? null : admin.toJson())
                .put("schedulers", schedulers.toJson())
                .put("shutdown", shutdown.toJson())
                .put("policy", policy.toJson())
                .put("stateDirectory", stateDirectory == null ? null : stateDirectory.toString())
                .put("certificates", CertificateFiles.MAP.json(certificates))
                .put("audit", audit.toJson())
                .put("eventBus", eventBus == null ? null : eventBus.toJson())
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
        return with(next -> next.eventLoops = EVENT_LOOPS.check("eventLoops", eventLoops));
    }

    /** Where the control plane listens; null for none. */
    public @Nullable AdminOptions admin() {
        return admin;
    }

    public KamaeliaOptions admin(@Nullable AdminOptions admin) {
        return with(next -> next.admin = admin);
    }

    /** How components run on their event loops. */
    public SchedulerOptions schedulers() {
        return schedulers;
    }

    public KamaeliaOptions schedulers(SchedulerOptions schedulers) {
        return with(next -> next.schedulers = schedulers);
    }

    public ShutdownOptions shutdown() {
        return shutdown;
    }

    public KamaeliaOptions shutdown(ShutdownOptions shutdown) {
        return with(next -> next.shutdown = shutdown);
    }

    /** What the control plane may open; what is configured here is not bound by it. */
    public Policy policy() {
        return policy;
    }

    public KamaeliaOptions policy(Policy policy) {
        return with(next -> next.policy = policy);
    }

    /** Where listeners are kept that the API makes, so that a restart brings them back; null for nowhere. */
    public @Nullable Path stateDirectory() {
        return stateDirectory;
    }

    public KamaeliaOptions stateDirectory(@Nullable Path stateDirectory) {
        return with(next -> next.stateDirectory = stateDirectory);
    }

    /** What listeners' {@code tls} names: certificates with their keys, and authorities. */
    public Map<String, CertificateFiles> certificates() {
        return certificates;
    }

    public KamaeliaOptions certificates(Map<String, CertificateFiles> certificates) {
        return with(next -> next.certificates = CertificateFiles.MAP.check(
                "certificates", Collections.unmodifiableMap(new LinkedHashMap<>(certificates))));
    }

    /** One certificate, or set of authorities, more. */
    public KamaeliaOptions certificate(String name, CertificateFiles files) {
        Map<String, CertificateFiles> more = new LinkedHashMap<>(certificates);
        more.put(name, files);
        return certificates(more);
    }

    /** Where changes are recorded. */
    public AuditOptions audit() {
        return audit;
    }

    public KamaeliaOptions audit(AuditOptions audit) {
        return with(next -> next.audit = audit);
    }

    /** Whether the control plane can be had on the event bus; null for no. */
    public @Nullable EventBusOptions eventBus() {
        return eventBus;
    }

    public KamaeliaOptions eventBus(@Nullable EventBusOptions eventBus) {
        return with(next -> next.eventBus = eventBus);
    }

    /** For the server that runs by itself. */
    public LogOptions log() {
        return log;
    }

    public KamaeliaOptions log(LogOptions log) {
        return with(next -> next.log = log);
    }

    /** Started in this order; their names differ. */
    public List<ConfiguredListener> listeners() {
        return listeners;
    }

    public KamaeliaOptions listeners(List<ConfiguredListener> listeners) {
        return with(next -> next.listeners = distinct(listeners));
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

    private List<@Nullable Object> values() {
        return Arrays.asList(
                eventLoops,
                admin,
                schedulers,
                shutdown,
                policy,
                stateDirectory,
                certificates,
                audit,
                eventBus,
                log,
                listeners);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KamaeliaOptions options && values().equals(options.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return toJson().encode();
    }
}
