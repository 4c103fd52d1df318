package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.tcp.InvalidOptions;

/**
 * The audit file: a line for each record, in order, one write each. What it does not take is kept and tried again every
 * second; a line that was taken in part is completed before the next. A file that was moved away is opened anew under its
 * own name.
 *
 * <p>Thread: any; the file is written by one thread of its own, so that nothing else waits for it and it waits for nothing else.
 */
public final class AuditFile {
    /** Most that wait for a file that takes none. */
    static final int WAITING = 10_000;
    /** Most bytes of theirs; a longer line waits only by itself. */
    static final int WAITING_BYTES = 16 << 20;

    private static final long RETRY_MS = 1_000;

    private record Line(ByteBuffer bytes, Promise<Void> tried) {
        Line(String text) {
            this(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)), Promise.promise());
        }

        String text() {
            return StandardCharsets.UTF_8
                    .decode(bytes.duplicate().rewind().limit(length() - 1))
                    .toString();
        }

        int length() {
            return bytes.capacity();
        }
    }

    private final Vertx vertx;
    private final Path path;
    private final Consumer<? super Event> events;
    private final WorkerExecutor worker;

    // Guarded by this.
    private final Deque<Line> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean writing;
    private boolean retrying;
    private boolean closed;
    private @Nullable String problem;
    private long lost;

    // The worker's.
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;

    private AuditFile(Vertx vertx, Path path, Consumer<? super Event> events) {
        this.vertx = vertx;
        this.path = path;
        this.events = events;
        this.worker = vertx.createSharedWorkerExecutor("kamaelia-audit-" + UUID.randomUUID(), 1);
    }

    /**
     * Opens the file, and makes it if there is none, for its owner to read and write and its group to read.
     *
     * @param events told when it cannot be written, and when it can be again
     * @return fails with {@link InvalidOptions} that names the key if it cannot be opened
     */
    public static Future<AuditFile> open(Vertx vertx, Path path, Consumer<? super Event> events) {
        AuditFile file = new AuditFile(vertx, path, events);
        return file.worker
                .executeBlocking(
                        () -> {
                            file.reopen();
                            return file;
                        },
                        false)
                .recover(failure ->
                        file.worker.close().transform(done -> Future.failedFuture(unusable(path, reason(failure)))));
    }

    private static InvalidOptions unusable(Path path, String why) {
        return new InvalidOptions(
                "/audit/file",
                "audit.file " + path + " cannot be opened: " + why
                        + ": use a file that can be written, or leave audit.file out");
    }

    /**
     * Whether it could be opened, as far as that shows without writing anything.
     *
     * @throws InvalidOptions that names the key if it could not
     */
    public static void check(Path path) {
        if (Files.isDirectory(path)) {
            throw unusable(path, "it is a directory");
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw unusable(path, "there is no directory " + directory);
        }
        if (!Files.isWritable(Files.exists(path) ? path : directory)) {
            throw unusable(path, "permission denied");
        }
    }

    /** Completes when the system has the line, or has refused it for now. */
    Future<Void> append(String text) {
        Line line = new Line(text);
        boolean full;
        synchronized (this) {
            full = closed || isFull(line);
            if (full) {
                lost++;
            } else {
                waiting.add(line);
                waitingBytes += line.length();
            }
        }
        if (full) {
            events.accept(new AuditLost(path.toString(), text));
            return Future.succeededFuture();
        }
        write();
        return line.tried().future();
    }

    private boolean isFull(Line more) {
        return waiting.size() >= WAITING || (!waiting.isEmpty() && waitingBytes + more.length() > WAITING_BYTES);
    }

    /** Why lines wait; empty while all is well. */
    synchronized Optional<String> trouble() {
        if (problem == null && lost == 0) {
            return Optional.empty();
        }
        String now = problem == null ? "could not be written for a time" : "cannot be written: " + problem;
        return Optional.of("audit.file " + path + " " + now + "; " + waiting.size() + " records wait for it, " + lost
                + " are only in the log");
    }

    /** Tries once more what waits; what is left then is told, and lost. */
    public Future<Void> close() {
        synchronized (this) {
            if (closed) {
                return Future.succeededFuture();
            }
            closed = true;
        }
        return worker.executeBlocking(
                        () -> {
                            writeAll();
                            tellLost();
                            closeChannel();
                            return null;
                        },
                        false)
                .transform(done -> worker.close());
    }

    // ---- the worker's

    private void write() {
        synchronized (this) {
            if (writing || closed) {
                return;
            }
            writing = true;
        }
        worker.executeBlocking(
                        () -> {
                            writeAll();
                            return null;
                        },
                        false)
                .onFailure(noThread -> failed(reason(noThread)));
    }

    private void writeAll() {
        Line line = first();
        while (line != null) {
            try {
                write(line.bytes());
            } catch (IOException | RuntimeException failure) {
                failed(reason(failure));
                return;
            }
            synchronized (this) {
                waitingBytes -= waiting.remove().length();
            }
            line.tried().tryComplete();
            line = first();
        }
    }

    /** The next to write; with none, the work is done. */
    private @Nullable Line first() {
        AuditTrouble mended = null;
        Line first;
        synchronized (this) {
            first = waiting.peek();
            if (first == null) {
                writing = false;
                mended = problem == null ? null : new AuditTrouble(path.toString(), null, 0, lost);
                problem = null;
            }
        }
        if (mended != null) {
            events.accept(mended);
        }
        return first;
    }

    private void failed(String reason) {
        List<Line> tried;
        AuditTrouble trouble;
        boolean retry;
        synchronized (this) {
            writing = false;
            retry = !retrying && !closed;
            retrying |= retry;
            trouble = problem == null ? new AuditTrouble(path.toString(), reason, waiting.size(), lost) : null;
            problem = reason;
            tried = notAnswered();
        }
        if (trouble != null) {
            events.accept(trouble);
        }
        tried.forEach(line -> line.tried().tryComplete());
        if (retry) {
            vertx.setTimer(RETRY_MS, again -> retry());
        }
    }

    /** The last of those that wait: whoever came before has been answered at an earlier try. */
    private List<Line> notAnswered() {
        List<Line> found = new ArrayList<>();
        Iterator<Line> newestFirst = waiting.descendingIterator();
        while (newestFirst.hasNext()) {
            Line line = newestFirst.next();
            if (line.tried().future().isComplete()) {
                break;
            }
            found.add(line);
        }
        return found;
    }

    private void retry() {
        synchronized (this) {
            retrying = false;
        }
        write();
    }

    private void tellLost() {
        List<Line> left;
        synchronized (this) {
            left = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
            lost += left.size();
        }
        left.forEach(line -> events.accept(new AuditLost(path.toString(), line.text())));
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (channel == null || !channel.isOpen() || !Objects.equals(fileKey, keyOfPath())) {
            closeChannel();
            bytes.rewind(); // what the old file has of it stays there
            reopen();
        }
        FileChannel open = Objects.requireNonNull(channel);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    private void reopen() throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] readable = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                }
                : new FileAttribute<?>[0];
        FileChannel opened = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND), readable);
        channel = opened;
        fileKey = keyOfPath();
        if (endsWithinALine()) {
            opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    /** Whether a writer before us was cut off. */
    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            return false;
        }
        try (FileChannel read = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return read.size() > 0 && read.read(last, read.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /** What tells one file from another; null if there is none there. */
    private @Nullable Object keyOfPath() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException moved) {
            return null;
        }
    }

    private void closeChannel() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return reason == null ? failure.toString() : reason;
    }
}
