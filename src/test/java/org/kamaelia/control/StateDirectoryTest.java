package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.StateDirectory.Change;

class StateDirectoryTest {

    @TempDir
    Path folder;

    private Path path;
    private StateDirectory directory;
    private boolean flushFails;

    private StateDirectory open() {
        path = folder.resolve("a/state");
        directory = StateDirectory.open(path, flushed -> {
            if (flushFails) {
                throw new IOException("input/output error");
            }
        });
        return directory;
    }

    @AfterEach
    void close() {
        if (directory != null) {
            directory.close();
        }
    }

    private List<IOException> apply(Change... changes) {
        return directory.apply(List.of(changes));
    }

    private Map<String, String> texts() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        directory.read().forEach((file, bytes) -> texts.put(file, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void itIsMadeAndKeepsTextsUntilTheyAreRemoved() throws Exception {
        open();
        assertThat(apply(new Change("a.json", "1", null), new Change("b.json", "2", null)))
                .containsExactly(null, null);
        assertThat(apply(new Change("a.json", "3", "1"), new Change("b.json", null, "2")))
                .containsExactly(null, null);
        assertThat(apply(new Change("b.json", null, null))).containsExactly((IOException) null);

        directory.close();
        open();
        assertThat(texts()).isEqualTo(Map.of("a.json", "3"));
        assertThat(entries()).containsExactly("a.json", "lock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve("a.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void oneAtATimeHasIt() {
        open();
        ControlFailure refused = catchThrowableOfType(ControlFailure.class, () -> StateDirectory.open(path));
        assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refused)
                .hasMessage("stateDirectory " + path + " is in use by this process itself: give each process its own");

        directory.close();
        open();
    }

    @Test
    void whatIsNoDirectoryIsToldWithItsKey() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path wrong : List.of(file, file.resolve("below"))) {
            ControlFailure refused = catchThrowableOfType(ControlFailure.class, () -> StateDirectory.open(wrong));
            assertThat(refused.reason()).isEqualTo(Reason.INVALID);
            assertThat(refused.problems().get(0).pointer()).isEqualTo("/stateDirectory");
            assertThat(refused.message()).startsWith("stateDirectory " + wrong + " cannot be used: ");
        }
    }

    @Test
    void aDirectoryThatCannotBeFlushedIsRefusedAtTheStartAndIsFreeAgain() {
        flushFails = true;
        assertThat(catchThrowableOfType(ControlFailure.class, this::open))
                .hasMessageContaining("cannot be used: input/output error");
        flushFails = false;
        open();
    }

    @Test
    void unfinishedFilesGoAndOthersStay() throws Exception {
        open();
        directory.close();
        Files.writeString(path.resolve(".a.json.tmp"), "{");
        Files.writeString(path.resolve("README"), "mine");
        Files.writeString(path.resolve("a.json.corrupt-1"), "x");
        Files.createDirectory(path.resolve("lost+found"));

        open();

        assertThat(entries()).containsExactly("README", "a.json.corrupt-1", "lock", "lost+found");
        assertThat(texts()).isEmpty();
    }

    @Test
    void whatIsSetAsideStaysAsItWas() throws Exception {
        open();
        for (String text : List.of("one", "two")) {
            apply(new Change("a.json", text, null));
            Path aside = directory.setAside("a.json");
            assertThat(aside.getFileName().toString()).startsWith("a.json.corrupt-20");
            assertThat(aside).hasContent(text);
        }
        assertThat(texts()).isEmpty();
        assertThat(entries()).hasSize(3);
    }

    @Test
    void aChangeThatCannotBeWrittenLeavesWhatWasAndTheOthersAreMade() throws Exception {
        open();
        apply(new Change("a.json", "1", null), new Change("b.json", "1", null), new Change("c.json", "1", null));
        Files.createDirectory(path.resolve(".a.json.tmp"));
        Files.writeString(path.resolve(".a.json.tmp").resolve("stays"), "");
        Files.delete(path.resolve("c.json"));
        Files.writeString(Files.createDirectory(path.resolve("c.json")).resolve("stays"), "");

        List<IOException> failures =
                apply(new Change("a.json", "2", "1"), new Change("b.json", "2", "1"), new Change("c.json", "2", "1"));

        assertThat(failures.get(0)).isNotNull();
        assertThat(failures.get(1)).isNull();
        assertThat(failures.get(2)).isNotNull();
        assertThat(texts()).containsEntry("a.json", "1").containsEntry("b.json", "2");
        assertThat(entries()).doesNotContain(".c.json.tmp");
    }

    @Test
    void whatIsNotSureToLastIsTakenBack() throws Exception {
        open();
        apply(new Change("a.json", "1", null), new Change("b.json", "1", null));
        flushFails = true;

        List<IOException> failures =
                apply(new Change("a.json", "2", "1"), new Change("b.json", null, "1"), new Change("c.json", "2", null));

        assertThat(failures).hasSize(3).allSatisfy(each -> assertThat(each).hasMessage("input/output error"));
        assertThat(texts()).isEqualTo(Map.of("a.json", "1", "b.json", "1"));
    }

    @Test
    void whatCannotBeTakenBackIsTold() throws Exception {
        open();
        apply(new Change("a.json", "1", null));
        flushFails = true;
        Files.writeString(Files.createDirectory(path.resolve(".a.json.tmp")).resolve("stays"), "");

        List<IOException> failures = apply(new Change("a.json", null, "1"));

        assertThat(failures.get(0))
                .hasMessageContaining("input/output error; and " + path.resolve("a.json") + " cannot be put back")
                .hasMessageContaining("not certain");
    }

    @Test
    void onceClosedItChangesNothing() throws Exception {
        open();
        directory.close();
        directory.close();

        assertThat(apply(new Change("a.json", "1", null)).get(0)).hasMessage("it has been closed");
        assertThat(entries()).containsExactly("lock");
    }

    @Test
    void filesOfDifferentNamesDifferInMoreThanCase() {
        List<String> names = List.of("echo", "Echo", "ECHO", "echo.json", "e%63ho", "a.b-c_d", ".", "%", "probe");
        List<String> files = names.stream().map(StateDirectory::file).toList();

        assertThat(files).doesNotHaveDuplicates().allMatch(file -> file.matches("[a-z0-9_%-]+\\.json"));
        char[] longest = new char[64];
        Arrays.fill(longest, 'X');
        assertThat(("." + StateDirectory.file(new String(longest)) + ".corrupt-20250101T000000.000Z").length())
                .isLessThan(255);
    }
}
