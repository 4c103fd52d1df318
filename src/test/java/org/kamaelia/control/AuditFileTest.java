package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.component.Event;
import org.kamaelia.tcp.InvalidOptions;

/** The file of audit records, on good and on bad days. */
class AuditFileTest {
    private static final Path FULL = Path.of("/dev/full");

    private final Vertx vertx = Vertx.vertx();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private AuditFile open(Path path) throws Exception {
        return await(AuditFile.open(vertx, path, events::add));
    }

    @Test
    void aLineIsInTheFileWhenItsFutureCompletes() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        AuditFile file = open(path);

        for (int i = 0; i < 50; i++) {
            await(file.append("{\"n\":" + i + "}"));
            assertThat(Files.readAllLines(path)).hasSize(i + 1).last().isEqualTo("{\"n\":" + i + "}");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .startsWith("rw-")
                .endsWith("---");
    }

    @Test
    void linesOfManyThreadsAreWholeAndNoneIsMissing() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        AuditFile file = open(path);
        List<Future<Void>> written = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "t" + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    written.add(file.append(name + "-" + i));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await(Future.all(written));

        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize(2_000);
        for (int t = 0; t < 4; t++) {
            String name = "t" + t + "-";
            assertThat(lines.stream().filter(line -> line.startsWith(name)).map(line -> line.substring(name.length())))
                    .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 500)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsAnErrorThatNamesTheKey() {
        Path nowhere = directory.resolve("no/such/audit.jsonl");

        Throwable failure = catchThrowableOfType(ExecutionException.class, () -> open(nowhere))
                .getCause();

        assertThat(failure)
                .isInstanceOf(InvalidOptions.class)
                .hasMessage("audit.file " + nowhere + " cannot be opened: there is no such directory: use a file that"
                        + " can be written, or leave audit.file out");
        assertThat(((InvalidOptions) failure).problems().get(0).pointer()).isEqualTo("/audit/file");
        assertThat(catchThrowableOfType(ExecutionException.class, () -> open(directory))
                        .getCause())
                .hasMessageContaining("Is a directory");
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnew() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        Path moved = directory.resolve("audit.jsonl.1");
        AuditFile file = open(path);
        await(file.append("one"));

        Files.move(path, moved);
        await(file.append("two"));

        assertThat(Files.readString(moved)).isEqualTo("one\n");
        assertThat(Files.readString(path)).isEqualTo("two\n");
        assertThat(events).isEmpty();
    }

    @Test
    void aLineThatAnotherProcessDidNotFinishIsEndedFirst() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        Files.writeString(path, "whole\ncut o");

        await(open(path).append("next"));

        assertThat(Files.readAllLines(path)).containsExactly("whole", "cut o", "next");
    }

    @Test
    void whatAFullDeviceDoesNotTakeIsToldAndWritten() throws Exception {
        assumeThat(FULL).exists();
        Path path = directory.resolve("audit.jsonl");
        Files.createSymbolicLink(path, FULL);
        AuditFile file = open(path);

        await(file.append("one"));
        await(file.append("two"));

        assertThat(file.trouble())
                .hasValueSatisfying(told -> assertThat(told)
                        .contains("audit.file " + path + " cannot be written: ", "2 records wait for it"));
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        AuditTrouble.class,
                        trouble -> assertThat(trouble.problem()).isNotNull());

        Files.delete(path);
        Running.until("it is written", () -> file.trouble().isEmpty());

        assertThat(Files.readAllLines(path)).containsExactly("one", "two");
        assertThat(events).last().isEqualTo(new AuditTrouble(path.toString(), null, 0, 0));
    }

    @Test
    void whatIsNeverTakenIsBoundedAndToldLineByLine() throws Exception {
        assumeThat(FULL).exists();
        AuditFile file = open(FULL);
        for (int i = 0; i < AuditFile.WAITING; i++) {
            file.append("line " + i);
        }

        await(file.append("one too many"));
        assertThat(events).contains(new AuditLost("/dev/full", "one too many"));
        assertThat(file.trouble()).hasValueSatisfying(told -> assertThat(told).contains("1 are only in the log"));

        await(file.close());
        assertThat(events.stream().filter(AuditLost.class::isInstance)).hasSize(AuditFile.WAITING + 1);
        await(file.append("after the end"));
        assertThat(events).last().isEqualTo(new AuditLost("/dev/full", "after the end"));
    }

    @Test
    void whatWaitsIsBoundedInBytesToo() throws Exception {
        assumeThat(FULL).exists();
        AuditFile file = open(FULL);
        String line = "ä".repeat(AuditFile.WAITING_BYTES / 8); // two bytes each, so that three and their ends have room
        for (int i = 0; i < 3; i++) {
            file.append(line);
        }

        await(file.append(line));
        assertThat(events).filteredOn(AuditLost.class::isInstance).hasSize(1);
        file.append("a short one");
        assertThat(file.trouble())
                .hasValueSatisfying(told -> assertThat(told).endsWith("4 records wait for it, 1 are only in the log"));

        await(file.close());
        assertThat(events)
                .filteredOn(AuditLost.class::isInstance)
                .extracting(lost -> ((AuditLost) lost).line())
                .containsExactly(line, line, line, line, "a short one");
    }

    @Test
    void aLineThatIsLongerThanAllThatMayWaitWaitsByItself() throws Exception {
        assumeThat(FULL).exists();
        Path path = directory.resolve("audit.jsonl");
        Files.createSymbolicLink(path, FULL);
        AuditFile file = open(path);
        String line = "x".repeat(AuditFile.WAITING_BYTES);

        await(file.append(line));
        assertThat(events).noneMatch(AuditLost.class::isInstance);
        await(file.append("one too many"));
        assertThat(events).contains(new AuditLost(path.toString(), "one too many"));

        Files.delete(path);
        Running.until(
                "the loss is told of", () -> file.trouble().orElse("").contains("could not be written for a time"));
        await(file.append("next"));
        assertThat(Files.readAllLines(path)).containsExactly(line, "next");
    }

    @Test
    void atTheEndWhatWaitsIsWritten() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        AuditFile file = open(path);
        for (int i = 0; i < 100; i++) {
            file.append("line " + i);
        }
        await(file.close());
        assertThat(Files.readAllLines(path)).hasSize(100);
        assertThat(events).isEmpty();
    }
}
