package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody generates a client from the contract: it compiles and operates a server. The build has generated it into {@code
 * target/client}; what is done with it is in {@code src/client}.
 */
class GeneratedClientIT {

    private static final Path GENERATED = Path.of("target", "client", "src", "main", "java");
    private static final Path DRIVE = Path.of("src", "client", "java");

    @TempDir
    Path classes;

    @Test
    void aClientGeneratedFromTheContractOperatesAServer() throws Exception {
        compile(sources());
        try (Served served = Served.onLoopback();
                URLClassLoader loader = new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            @SuppressWarnings("unchecked")
            Consumer<URI> drive = (Consumer<URI>) loader.loadClass("org.kamaelia.client.Drive")
                    .getConstructor()
                    .newInstance();

            drive.accept(URI.create("http://127.0.0.1:" + served.port() + RestPlane.BASE_PATH));
        }
    }

    private static List<Path> sources() throws IOException {
        assertThat(GENERATED)
                .as("what `mvn verify` generates before its integration tests")
                .isDirectory();
        try (Stream<Path> generated = Files.walk(GENERATED);
                Stream<Path> drive = Files.walk(DRIVE)) {
            return Stream.concat(generated, drive)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }

    private void compile(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d", classes.toString(), "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                            .call())
                    .as(said.toString())
                    .isTrue();
        }
    }
}
