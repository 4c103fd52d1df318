package org.kamaelia;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every Java snippet of the README, and of the page that teaches components, is a region of a file that is compiled and run: between {@code //
 * tag::name[]} and {@code // end::name[]} in an example or its test, word for word but for the
 * indentation.
 */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path COMPONENTS = Path.of("src/main/java/org/kamaelia/component/package-info.java");
    private static final List<Path> SOURCES =
            List.of(Path.of("src/examples/java"), Path.of("src/test/java/org/kamaelia/examples"));
    private static final Pattern FENCED =
            Pattern.compile("^```java\\R(.*?)^```\\s*$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern IN_JAVADOC =
            Pattern.compile("^ \\* <pre>\\{@code\\R(.*?)^ \\* }</pre>", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MARK = Pattern.compile("\\s*// (tag|end)::([\\w-]+)\\[]\\s*");

    @TestFactory
    Stream<DynamicTest> everyJavaSnippetIsARegionOfAnExample() throws IOException {
        Map<String, String> regions = regionsOfExamples();
        return snippets(Files.exists(README) ? Files.readString(README) : "").stream()
                .map(snippet -> DynamicTest.dynamicTest(
                        snippet.lines().findFirst().orElse("empty"),
                        () -> assertThat(regions).containsValue(snippet)));
    }

    @TestFactory
    Stream<DynamicTest> everySnippetThatTeachesComponentsIsARegionOfAnExample() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        // The classes of an example are nested; the page shows them as if they were not.
        regionsOfExamples().forEach((name, text) -> regions.put(name, text.replace("new Styles.", "new ")));
        return inJavadoc(Files.readString(COMPONENTS)).stream()
                .map(snippet -> DynamicTest.dynamicTest(
                        snippet.lines().findFirst().orElse("empty"),
                        () -> assertThat(regions).containsValue(snippet)));
    }

    @Test
    void thePageThatTeachesComponentsHasSnippets() throws IOException {
        assertThat(inJavadoc(Files.readString(COMPONENTS))).hasSize(5);
    }

    private static List<String> inJavadoc(String source) {
        return IN_JAVADOC
                .matcher(source)
                .results()
                .map(snippet -> snippet.group(1).lines().map(line -> line.replaceFirst("^ \\* ?", "")))
                .map(lines -> lines.collect(joining("\n")).stripIndent().strip())
                .toList();
    }

    @Test
    void theExamplesHaveRegions() throws IOException {
        assertThat(regionsOfExamples())
                .containsKeys("shout", "embed")
                .allSatisfy((name, text) -> assertThat(text).isNotBlank());
    }

    @Test
    void aSnippetIsWhatStandsInAJavaFence() {
        assertThat(snippets("text\n```java\na\n  b\n```\n```sh\nc\n```\n```java\nd\n```"))
                .containsExactly("a\n  b", "d");
    }

    @Test
    void aRegionIsWhatStandsBetweenItsMarksWithoutThemAndTheIndentation() {
        assertThat(regions(List.of(
                        "x",
                        "    // tag::outer[]",
                        "    a",
                        "    // tag::inner[]",
                        "      b",
                        "    // end::inner[]",
                        "    // end::outer[]",
                        "y")))
                .containsExactly(Map.entry("outer", "a\n  b"), Map.entry("inner", "b"));
    }

    @Test
    void aRegionWithoutItsEndIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> regions(List.of("// tag::a[]", "x")))
                .withMessage("no end of [a]");
        assertThatIllegalStateException().isThrownBy(() -> regions(List.of("// end::a[]")));
    }

    private static List<String> snippets(String markdown) {
        return FENCED.matcher(markdown)
                .results()
                .map(fenced -> fenced.group(1).stripIndent().strip())
                .toList();
    }

    private static Map<String, String> regionsOfExamples() throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> regions(linesOf(file))
                                .forEach((name, text) -> assertThat(all.put(name, text))
                                        .as("another region named %s, in %s", name, file)
                                        .isNull()));
            }
        }
        return all;
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> regions(List<String> lines) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        List<String> open = new ArrayList<>();
        for (String line : lines) {
            Matcher mark = MARK.matcher(line);
            if (!mark.matches()) {
                open.forEach(name -> found.get(name).add(line));
            } else if (mark.group(1).equals("tag")) {
                open.add(mark.group(2));
                found.put(mark.group(2), new ArrayList<>());
            } else if (!open.remove(mark.group(2))) {
                throw new IllegalStateException("no beginning of " + mark.group(2));
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("no end of " + open);
        }
        Map<String, String> regions = new LinkedHashMap<>();
        found.forEach((name, text) -> regions.put(
                name, text.stream().collect(joining("\n")).stripIndent().strip()));
        return regions;
    }
}
