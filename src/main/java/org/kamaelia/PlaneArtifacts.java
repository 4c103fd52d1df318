package org.kamaelia;

import java.util.List;
import java.util.stream.Collectors;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.tcp.InvalidOptions;

/** What an embedder adds for a control plane, over HTTP or on the event bus: artifacts that the pom calls optional. */
final class PlaneArtifacts {

    private static final List<Artifact> ALL = List.of(
            new Artifact("io.vertx:vertx-web", "io.vertx.ext.web.Router"),
            new Artifact("io.vertx:vertx-web-openapi-router", "io.vertx.ext.web.openapi.router.RouterBuilder"),
            new Artifact("com.fasterxml.jackson.core:jackson-databind", "com.fasterxml.jackson.databind.ObjectMapper"),
            new Artifact(
                    "com.fasterxml.jackson.dataformat:jackson-dataformat-yaml",
                    "com.fasterxml.jackson.dataformat.yaml.YAMLMapper"));

    private record Artifact(String coordinates, String classOfIts) {
        boolean isMissing() {
            try {
                Class.forName(classOfIts, false, PlaneArtifacts.class.getClassLoader());
                return false;
            } catch (ClassNotFoundException | LinkageError missing) {
                return true;
            }
        }
    }

    private PlaneArtifacts() {}

    /**
     * Looks for all of them.
     *
     * @param option what needs them
     * @throws ControlFailure that names those that are missing
     */
    static void require(String option) {
        String missing = ALL.stream()
                .filter(Artifact::isMissing)
                .map(Artifact::coordinates)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw ControlFailure.invalid(new InvalidOptions(
                    "/" + option,
                    option + " needs artifacts that are not on the class path: add " + missing + ", or leave " + option
                            + " out"));
        }
    }
}
