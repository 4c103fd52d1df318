package org.kamaelia.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.app.ConfigurationCheck.Findings;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Lays the sources of the configuration over each other: the defaults, the file, the environment, the flags. Objects
 * merge key by key; a list replaces the one before it, so a file that names listeners has no other than those.
 */
final class Configuration {

    private final JsonObject values = defaults();
    /** Who set what, for complaints; what is not here is a default. */
    private final Map<KeyPath, String> origins = new HashMap<>();

    private final List<String> problems = new ArrayList<>();

    private Configuration() {}

    /** Throws {@link ConfigurationFailure} with all that is wrong, each with its origin. */
    static KamaeliaOptions load(Command.Sources sources, Map<String, String> environment) {
        return load(sources, environment, options -> Findings.NONE, warning -> {});
    }

    /**
     * The same.
     *
     * @param check what else is wrong with options that are right by themselves
     * @param warn gets a line for each of its warnings
     */
    static KamaeliaOptions load(
            Command.Sources sources,
            Map<String, String> environment,
            Function<KamaeliaOptions, Findings> check,
            Consumer<String> warn) {
        Configuration configuration = new Configuration();
        if (sources.file() != null) {
            ConfigurationFile.Content file = ConfigurationFile.read(sources.file());
            configuration.values.mergeIn(file.values(), true);
            configuration.origins.putAll(file.origins());
        }
        Setting.ofEnvironment(environment).forEach(configuration::set);
        sources.settings().forEach(configuration::set);
        return configuration.options(check, warn);
    }

    /** What runs without a word from anybody; an embedder's defaults are fewer. */
    static JsonObject defaults() {
        JsonObject echo = new JsonObject()
                .put("name", "echo")
                .put("host", "127.0.0.1")
                .put("port", 1601)
                .put("protocol", "echo");
        return new JsonObject()
                .put("admin", new JsonObject().put("host", "127.0.0.1").put("port", 8080))
                .put("listeners", new JsonArray().add(echo));
    }

    private void set(Setting setting) {
        try {
            setting.applyTo(values);
            origins.keySet().removeIf(path -> path.startsWith(setting.path()));
            origins.put(setting.path(), setting.origin());
        } catch (ConfigurationFailure failure) {
            problems.addAll(failure.problems());
        }
    }

    private KamaeliaOptions options(Function<KamaeliaOptions, Findings> check, Consumer<String> warn) {
        KamaeliaOptions options = null;
        try {
            options = KamaeliaOptions.fromJson(values);
            tell(check.apply(options), warn);
        } catch (InvalidOptions invalid) {
            invalid.problems().forEach(each -> problems.add(told(each)));
            // so that what is wrong with the rest need not wait until this is mended
            SoundPart.of(values, invalid.problems()).ifPresent(sound -> tell(check.apply(sound), warn));
        }
        if (options == null || !problems.isEmpty()) {
            throw new ConfigurationFailure(problems);
        }
        return options;
    }

    private void tell(Findings found, Consumer<String> warn) {
        found.faults().forEach(each -> problems.add(told(each)));
        found.warnings().forEach(each -> warn.accept(told(each)));
    }

    private String told(InvalidOptions.Problem problem) {
        String origin = origin(KeyPath.ofPointer(problem.pointer()));
        return origin == null ? problem.detail() : origin + ": " + problem.detail();
    }

    /** Of the value itself, or of what it would be in. */
    private @Nullable String origin(KeyPath path) {
        KeyPath at = path;
        while (!at.isRoot() && !origins.containsKey(at)) {
            at = at.parent();
        }
        return origins.get(at);
    }
}
