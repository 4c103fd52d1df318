package org.kamaelia.tcp;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.tcp.CertificateContent.Place;

/**
 * The configured certificates, loaded and watched. Files that change are read again, whoever replaces them
 * and however (a new file, a moved one, Kubernetes' symbolic link): they are read every second, and taken
 * once they have been the same for two looks, so that a certificate is not met before its key. New files
 * that cannot be used leave the old ones in use, until they are mended. Any thread.
 */
public final class Certificates {
    private static final Duration LOOKS = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Map<String, Entry> entries;
    /** Those that this watches; of a view the others are watched already. */
    private final List<Entry> watched;

    private final Consumer<? super Event> events;
    /** Asked to look when something has changed; a view's are its origin's. */
    private final List<Runnable> dependants;

    private @Nullable Long timer;
    private boolean stopped;

    /** One certificate. The fingerprints are the watcher's. */
    private static final class Entry {
        final String name;
        final Place place;
        final CertificateFiles files;
        volatile @Nullable Loaded loaded;

        /** Of what was tried last, with or without success. */
        String tried = "";

        /** Of what was seen at the last look. */
        String seen = "";

        Entry(String name, Place place, CertificateFiles files) {
            this.name = name;
            this.place = place;
            this.files = files;
        }

        Loaded loaded() {
            Loaded now = loaded;
            if (now == null) {
                throw new IllegalStateException("certificate " + name + " is not loaded yet");
            }
            return now;
        }
    }

    /**
     * What is in use.
     *
     * @param revision grows with each change of the content
     */
    record Loaded(
            CertificateContent content,
            Instant at,
            int revision,
            @Nullable String problem) {}

    private Certificates(
            Vertx vertx,
            List<Entry> others,
            List<Entry> watched,
            Consumer<? super Event> events,
            List<Runnable> dependants) {
        this.vertx = vertx;
        this.watched = watched;
        this.events = events;
        this.dependants = dependants;
        this.entries = new LinkedHashMap<>();
        others.forEach(each -> entries.put(each.name, each));
        watched.forEach(each -> entries.put(each.name, each));
    }

    /**
     * Loads them, on a worker thread, and watches them from then on.
     *
     * @param files by name
     * @param events told of changes; any thread, must not block
     * @return fails with {@link InvalidOptions} that name every file at fault, and what is wrong with it
     */
    public static Future<Certificates> load(
            Vertx vertx, Map<String, CertificateFiles> files, Consumer<? super Event> events) {
        List<Entry> all = files.entrySet().stream()
                .map(each -> new Entry(each.getKey(), Place.ofCertificate(each.getKey()), each.getValue()))
                .toList();
        return new Certificates(vertx, List.of(), all, events, new CopyOnWriteArrayList<>()).loaded();
    }

    /** None at all. */
    public static Certificates none(Vertx vertx) {
        return new Certificates(vertx, List.of(), List.of(), event -> {}, new CopyOnWriteArrayList<>());
    }

    /**
     * These and more for one user of them, which nobody else can name; it watches those and is stopped by itself.
     *
     * @param own by the place in the configuration that is their name, such as {@code admin.tls}
     * @return fails as {@link #load} does
     */
    public Future<Certificates> with(Map<String, CertificateFiles> own) {
        List<Entry> more = own.entrySet().stream()
                .map(each -> new Entry(
                        each.getKey(),
                        new Place(each.getKey(), "/" + each.getKey().replace('.', '/')),
                        each.getValue()))
                .toList();
        return new Certificates(vertx, List.copyOf(entries.values()), more, events, dependants).loaded();
    }

    private Future<Certificates> loaded() {
        if (watched.isEmpty()) {
            return Future.succeededFuture(this);
        }
        return vertx.executeBlocking(() -> {
                    loadAll();
                    return this;
                })
                .onSuccess(Certificates::watch);
    }

    private void loadAll() {
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        for (Entry each : watched) {
            try {
                each.tried = CertificateContent.fingerprint(each.files);
                each.seen = each.tried;
                CertificateContent content = CertificateContent.read(vertx, each.place, each.files);
                ServerTls.tryOut(content);
                each.loaded = new Loaded(content, Instant.now(), 0, null);
            } catch (InvalidOptions invalid) {
                problems.addAll(invalid.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
    }

    // ---- watching

    private synchronized void watch() {
        if (!stopped) {
            // From a context of no verticle: the caller's may be undeployed before this is stopped.
            ContextInternal free = ((VertxInternal) vertx).createEventLoopContext();
            free.runOnContext(go -> lookLater());
        }
    }

    private synchronized void lookLater() {
        if (!stopped) {
            timer = vertx.setTimer(
                    LOOKS.toMillis(),
                    due -> vertx.executeBlocking(() -> {
                                watched.forEach(this::look);
                                return null;
                            })
                            .onComplete(looked -> lookLater()));
        }
    }

    /** Watches no more. */
    public synchronized void stop() {
        stopped = true;
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void look(Entry entry) {
        String now = CertificateContent.fingerprint(entry.files);
        boolean settled = now.equals(entry.seen);
        entry.seen = now;
        if (!settled || now.equals(entry.tried)) {
            return;
        }
        entry.tried = now;
        Loaded before = entry.loaded();
        try {
            CertificateContent content = CertificateContent.read(vertx, entry.place, entry.files);
            entry.loaded = new Loaded(content, Instant.now(), before.revision() + 1, null);
            dependants.forEach(Runnable::run);
            events.accept(new CertificateChanged(entry.name, notAfter(content), null));
        } catch (InvalidOptions unusable) {
            String problem = unusable.getMessage();
            entry.loaded = new Loaded(before.content(), before.at(), before.revision(), problem);
            events.accept(new CertificateChanged(entry.name, notAfter(before.content()), problem));
        }
    }

    /**
     * For one that cannot ask each time.
     *
     * @param changed called whenever a certificate has changed, on a worker thread; must not block
     * @return takes it away again
     */
    public Runnable onChange(Runnable changed) {
        dependants.add(changed);
        return () -> dependants.remove(changed);
    }

    // ---- asking

    /**
     * TLS as a listener wants it.
     *
     * @throws InvalidOptions for names that there are not, placed as in a listener's options
     */
    public ServerTls serverTls(TlsOptions options) {
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        for (int i = 0; i < options.certificates().size(); i++) {
            check(options.certificates().get(i), false, "/tls/certificates/" + i, problems);
        }
        if (options.clientCa() != null) {
            check(options.clientCa(), true, "/tls/clientCa", problems);
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
        return new ServerTls(this, options);
    }

    private void check(String name, boolean authorities, String pointer, List<InvalidOptions.Problem> problems) {
        Entry found = entries.get(name);
        if (found != null && found.files instanceof CertificateFiles.Authorities == authorities) {
            return;
        }
        List<String> fitting = entries.values().stream()
                .filter(each -> each.files instanceof CertificateFiles.Authorities == authorities)
                .map(each -> each.name)
                .toList();
        String kind = authorities ? "authorities (clientCa)" : "a certificate with its key";
        String is = found == null ? "is unknown" : "is not " + kind;
        problems.add(new InvalidOptions.Problem(
                pointer,
                pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.') + " \"" + name + "\" " + is
                        + " in the configuration's certificates: "
                        + (fitting.isEmpty() ? "there is none" : "use one of " + fitting)));
    }

    Loaded loaded(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("certificate " + name + " is unknown");
        }
        return entry.loaded();
    }

    /** All of them, in the order of the configuration. */
    public List<CertificateStatus> status() {
        return entries.values().stream().map(Certificates::status).toList();
    }

    private static CertificateStatus status(Entry entry) {
        Loaded loaded = entry.loaded();
        CertificateContent content = loaded.content();
        return new CertificateStatus(
                entry.name,
                shown(content).stream()
                        .map(each -> each.getSubjectX500Principal().getName())
                        .toList(),
                content.identities().stream()
                        .flatMap(each -> each.names().stream())
                        .sorted()
                        .distinct()
                        .toList(),
                notAfter(content),
                loaded.at(),
                loaded.problem());
    }

    private static List<X509Certificate> shown(CertificateContent content) {
        return content.identities().isEmpty()
                ? content.authorities()
                : content.identities().stream().map(Identity::certificate).toList();
    }

    private static Instant notAfter(CertificateContent content) {
        return shown(content).stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }
}
