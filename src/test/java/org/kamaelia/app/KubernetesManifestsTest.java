package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.util.Yaml;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.control.Tokens;

/** What {@code kubectl apply -k} would send, held against what the code listens on, reads and takes. */
class KubernetesManifestsTest {

    /** It warns of names in a schema of schemas, hundreds of times; held here since loggers are garbage otherwise. */
    private static final Logger SNAKE_YAML = Logger.getLogger("org.yaml.snakeyaml.introspector");

    static {
        SNAKE_YAML.setLevel(Level.OFF);
    }

    @TempDir
    Path folder;

    @BeforeEach
    void kubectlIsInstalled() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "kubectl")));
        assumeTrue(found, "kubectl is not installed here: it renders the manifests");
    }

    /** Everything in a kustomization, each part of its own type; a field that the type has not fails. */
    private List<Object> render(String kustomization) throws IOException, InterruptedException {
        Path out = folder.resolve("rendered.yaml");
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", kustomization)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(kubectl.waitFor()).as(Files.readString(out)).isZero();
        return Yaml.loadAll(Files.readString(out));
    }

    private static <T> T only(List<Object> all, Class<T> type) {
        return assertThat(all.stream().filter(type::isInstance).map(type::cast))
                .singleElement()
                .actual();
    }

    private static V1PodSpec pod(List<Object> all) {
        return only(all, V1Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static V1Container container(List<Object> all) {
        return assertThat(pod(all).getContainers()).singleElement().actual();
    }

    /** What the pod reads, by the server's own code. */
    private KamaeliaOptions configuration(List<Object> all) throws IOException {
        Map<String, String> files = only(all, V1ConfigMap.class).getData();
        Path file = Files.writeString(folder.resolve("kamaelia.yaml"), files.get("kamaelia.yaml"));
        return Configuration.load(new Command.Sources(file, List.of()), Map.of());
    }

    /** Where a file of a ConfigMap or Secret is in the container. */
    private static Path mounted(List<Object> all, String volume, String file) {
        return assertThat(container(all).getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals(volume))
                .singleElement()
                .extracting(mount -> Path.of(mount.getMountPath(), file))
                .actual();
    }

    private static V1Volume volume(List<Object> all, String name) {
        return assertThat(pod(all).getVolumes())
                .filteredOn(volume -> volume.getName().equals(name))
                .singleElement()
                .actual();
    }

    private static Map<String, Integer> containerPorts(List<Object> all) {
        return container(all).getPorts().stream()
                .collect(Collectors.toMap(V1ContainerPort::getName, V1ContainerPort::getContainerPort));
    }

    @Test
    void aMisspeltFieldIsRefused() {
        assertThatException().isThrownBy(() -> Yaml.loadAll("""
                        apiVersion: v1
                        kind: Service
                        metadata: {name: a}
                        spec: {port: []}
                        """)).withMessageContaining("port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s/base", "k8s/overlays/local"})
    void theContainerHasThePortsThatTheConfigurationOpens(String kustomization) throws Exception {
        List<Object> all = render(kustomization);
        KamaeliaOptions options = configuration(all);
        assertThat(options.listeners())
                .allSatisfy(listener -> assertThat(containerPorts(all))
                        .containsEntry(listener.name(), listener.options().port()));
        assertThat(containerPorts(all))
                .containsEntry("admin", options.admin().port())
                .hasSize(1 + options.listeners().size());
        assertThat(options.listeners())
                .extracting(listener -> listener.options().host())
                .containsOnly("0.0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s/base", "k8s/overlays/local"})
    void everySelectorFindsThePodsAndEveryServiceAPortOfTheirs(String kustomization) throws Exception {
        List<Object> all = render(kustomization);
        V1Deployment deployment = only(all, V1Deployment.class);
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(only(all, V1PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
        assertThat(pod(all).getTopologySpreadConstraints())
                .singleElement()
                .satisfies(spread ->
                        assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(labels));
        List<V1Service> services = all.stream()
                .filter(V1Service.class::isInstance)
                .map(V1Service.class::cast)
                .toList();
        assertThat(services)
                .extracting(service -> service.getMetadata().getName())
                .containsExactlyInAnyOrder("kamaelia", "kamaelia-admin");
        assertThat(services)
                .allSatisfy(
                        service -> assertThat(service.getSpec().getSelector()).isEqualTo(labels));
        assertThat(services.stream().flatMap(service -> service.getSpec().getPorts().stream()))
                .allSatisfy(port -> assertThat(port.getPort())
                        .isEqualTo(containerPorts(all).get(port.getTargetPort().getStrValue())))
                .extracting(V1ServicePort::getName)
                .containsExactlyInAnyOrderElementsOf(containerPorts(all).keySet());
    }

    @Test
    void theServerIsGivenTheMountedConfigurationAndFindsTheMountedTokens() throws Exception {
        List<Object> all = render("k8s/base");
        V1ConfigMap config = only(all, V1ConfigMap.class);
        assertThat(volume(all, "config").getConfigMap().getName())
                .isEqualTo(config.getMetadata().getName());
        Command command = CommandLine.parse(container(all).getArgs().toArray(String[]::new));
        assertThat(command)
                .isInstanceOfSatisfying(
                        Command.Serve.class,
                        serve -> assertThat(serve.sources().file()).isEqualTo(mounted(all, "config", "kamaelia.yaml")));

        V1Secret secret = only(all, V1Secret.class);
        assertThat(volume(all, "admin-tokens").getSecret().getSecretName())
                .isEqualTo(secret.getMetadata().getName());
        assertThat(secret.getData()).containsOnlyKeys("tokens");
        assertThat(configuration(all).admin().auth().tokenFile()).isEqualTo(mounted(all, "admin-tokens", "tokens"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s/base", "k8s/overlays/local"})
    void theCommittedTokenFileIsInOrderAndLetsNobodyIn(String kustomization) throws Exception {
        String text =
                new String(only(render(kustomization), V1Secret.class).getData().get("tokens"), StandardCharsets.UTF_8);
        assertThat(Tokens.parse("tokens", text).find("")).isEqualTo(Optional.empty());
        assertThat(text.lines().filter(line -> !line.startsWith("#")))
                .allSatisfy(line -> assertThat(line).endsWith(" sha256:" + "0".repeat(64)));
    }

    @Test
    void theProbesAskWhatTheContractHas() throws Exception {
        V1Container container = container(render("k8s/base"));
        assertThat(path(container.getStartupProbe())).isEqualTo("/health/live");
        assertThat(path(container.getLivenessProbe())).isEqualTo("/health/live");
        assertThat(path(container.getReadinessProbe())).isEqualTo("/health/ready");
        assertThat(new YAMLMapper()
                        .readTree(Path.of("openapi.yaml").toFile())
                        .get("paths")
                        .fieldNames())
                .toIterable()
                .contains("/health/live", "/health/ready");
    }

    private static String path(V1Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrValue()).isEqualTo("admin");
        return probe.getHttpGet().getPath();
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s/base", "k8s/overlays/local"})
    void thePodIsGivenTheTimeThatItsShutdownMayTake(String kustomization) throws Exception {
        List<Object> all = render(kustomization);
        Duration preStop = Duration.ofSeconds(
                container(all).getLifecycle().getPreStop().getSleep().getSeconds());
        assertThat(Duration.ofSeconds(pod(all).getTerminationGracePeriodSeconds()))
                .isGreaterThanOrEqualTo(
                        preStop.plus(configuration(all).shutdown().total()).plus(Server.GRACE));
    }

    @Test
    void thePodMayDoNoMoreThanItMust() throws Exception {
        List<Object> all = render("k8s/base");
        V1PodSpec pod = pod(all);
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container(all).getSecurityContext()).satisfies(security -> {
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        });
        assertThat(mounted(all, "tmp", "")).isEqualTo(Path.of("/tmp"));
    }

    @Test
    void theImageIsTheOneThatTheDockerfileMakes() throws Exception {
        List<Object> all = render("k8s/base");
        String version = Files.readString(Path.of("pom.xml")).replaceFirst("(?s).*?<version>([^<]+)<.*", "$1");
        assertThat(container(all).getImage()).isEqualTo("kamaelia-vertx:" + version);

        List<String> dockerfile = Files.readAllLines(Path.of("Dockerfile"));
        assertThat(dockerfile)
                .contains("USER " + pod(all).getSecurityContext().getRunAsUser() + ":"
                        + pod(all).getSecurityContext().getRunAsGroup());
        assertThat(dockerfile)
                .filteredOn(line -> line.startsWith("EXPOSE "))
                .singleElement()
                .satisfies(line -> assertThat(line.substring("EXPOSE ".length()).split(" "))
                        .containsExactlyInAnyOrderElementsOf(containerPorts(all).values().stream()
                                .map(String::valueOf)
                                .toList()));
    }
}
