package org.kamaelia;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main artifact serves an embedder who has only what its pom does not call optional. */
class ThinArtifactIT {

    /** vertx-core, slf4j-api and what they depend on; of Netty not the parts that our pom calls optional. */
    private static final Pattern REQUIRED = Pattern.compile("(vertx-core|vertx-core-logging|slf4j-api|jackson-core"
            + "|netty-(?!codec-haproxy|transport-classes-|transport-native-epoll)[a-z0-9-]+?)-\\d.*\\.jar");

    private static final Pattern DATABIND = Pattern.compile("jackson-(databind|annotations)-\\d.*\\.jar");

    @TempDir
    private Path folder;

    private String classPath;

    @BeforeEach
    void onlyWhatIsRequired() {
        String thin = Objects.requireNonNull(System.getProperty("kamaelia.jar.thin"), "set by Failsafe");
        List<String> required = onTheClassPath(REQUIRED).toList();
        assertThat(required)
                .anyMatch(entry -> entry.contains("vertx-core-5"))
                .anyMatch(entry -> entry.contains("netty-transport-4"))
                .anyMatch(entry -> entry.contains("slf4j-api-2"))
                .anyMatch(entry -> entry.contains("jackson-core-2"));
        classPath = Stream.concat(Stream.of(thin, folder.toString()), required.stream())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> onTheClassPath(Pattern fileName) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> fileName.matcher(Path.of(entry).getFileName().toString())
                        .matches());
    }

    @Test
    void aConsumerOfTheThinArtifactCompilesWithoutAWarningAndEchoes() throws Exception {
        compile("Consumer");

        assertThat(run("Consumer")).contains("from a thin class path");
    }

    @Test
    void whoAsksForProxyHeadersWithoutTheirDecoderIsToldWhatToAdd() throws Exception {
        compile("BehindAProxy");

        assertThat(run("BehindAProxy")).contains("add io.netty:netty-codec-haproxy, or use mode off");
    }

    @Test
    void whoAsksForAControlPlaneWithoutItsArtifactsIsToldWhichToAdd() throws Exception {
        compile("ControlPlanes");

        String needed = " needs artifacts that are not on the class path: add io.vertx:vertx-web,"
                + " io.vertx:vertx-web-openapi-router, com.fasterxml.jackson.core:jackson-databind,"
                + " com.fasterxml.jackson.dataformat:jackson-dataformat-yaml, or leave ";
        assertThat(run("ControlPlanes")).contains("admin" + needed + "admin out", "eventBus" + needed + "eventBus out");
    }

    @Test
    void anArtifactThatIsThereIsNotAskedFor() throws Exception {
        compile("ControlPlanes");
        classPath = Stream.concat(Stream.of(classPath), onTheClassPath(DATABIND))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(run("ControlPlanes"))
                .contains("add io.vertx:vertx-web,", "jackson-dataformat-yaml, or leave eventBus out")
                .doesNotContain("jackson-databind");
    }

    private void compile(String name) throws IOException {
        Path source = folder.resolve(name + ".java");
        try (InputStream consumer = ThinArtifactIT.class.getResourceAsStream("/thin/" + name + ".java")) {
            Files.copy(Objects.requireNonNull(consumer), source);
        }
        // classfile: Vert.x's own classes carry annotations that are on nobody's class path
        List<String> options =
                List.of("-Xlint:all,-classfile", "-Werror", "-proc:none", "-cp", classPath, "-d", folder.toString());
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as("%s", messages).isTrue();
        }
    }

    private String run(String name) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(java.toString(), "-cp", classPath, name)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(50, TimeUnit.SECONDS);
            String printed = Files.readString(output);
            assertThat(ended).as("ended in time, having printed%n%s", printed).isTrue();
            assertThat(process.exitValue()).as("%s", printed).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
