package org.kamaelia.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.InvalidOptions;

/**
 * A directory of one process, with a file for each thing that it keeps. A file is replaced as a whole: the new text is
 * written beside it and flushed, renamed over it, and the directory is flushed; so that after a kill, or a loss of power,
 * there is the old text or the new one. Every method blocks; any thread.
 */
public final class StateDirectory implements AutoCloseable {
    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".tmp";
    private static final String LOCK = "lock";

    private static final Set<StandardOpenOption> ANEW =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    /** For nobody else's eyes: the options of a protocol may hold secrets. */
    private static final FileAttribute<?>[] OWNERS = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    private static final FileAttribute<?>[] NONE = {};

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Of this JVM. To open a lock's file again here and close it would lose the lock, on POSIX. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final Path identity;
    private final FileChannel lock;
    private final Flush flush;
    private boolean closed;

    /** How a directory's entries come to rest on the device. */
    interface Flush {
        void directory(Path path) throws IOException;
    }

    /**
     * A file's new text.
     *
     * @param file its name, as {@link #file} makes it
     * @param text null to remove it
     * @param before what it holds now, to come back to if the change cannot be made to last; null for no file
     */
    record Change(
            String file, @Nullable String text, @Nullable String before) {}

    /** A change was not made, and what a restart finds may be it all the same. */
    static final class Uncertain extends IOException {
        private static final long serialVersionUID = 1L;

        private Uncertain(String message, IOException cause) {
            super(message, cause);
        }
    }

    private StateDirectory(Path directory, Path identity, FileChannel lock, Flush flush) {
        this.directory = directory;
        this.identity = identity;
        this.lock = lock;
        this.flush = flush;
    }

    /**
     * Takes a directory for this process alone, and makes it if there is none. What a process that was killed had not
     * finished writing is removed.
     *
     * @throws ControlFailure if it cannot be written, or another process has it
     */
    public static StateDirectory open(Path path) {
        return open(path, StateDirectory::flush);
    }

    static StateDirectory open(Path path, Flush flush) {
        try {
            Files.createDirectories(path);
            Path identity = path.toRealPath();
            if (!IN_USE.add(identity)) {
                throw inUse(path, "this process itself");
            }
            try {
                return locked(path, identity, flush);
            } catch (IOException | RuntimeException e) {
                IN_USE.remove(identity);
                throw e;
            }
        } catch (IOException e) {
            throw unusable(path, why(e));
        }
    }

    /**
     * Whether it could be taken, as far as that shows without writing anything.
     *
     * @throws ControlFailure if it cannot be written
     */
    public static void check(Path path) {
        Path there = path.toAbsolutePath();
        while (there.getParent() != null && !isThere(path, there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw unusable(path, there + " is not a directory");
        }
        if (!Files.isWritable(there) || !Files.isExecutable(there)) {
            throw unusable(path, "permission denied: " + there);
        }
    }

    /** Throws where nobody can tell, since a directory above may not be looked into. */
    private static boolean isThere(Path path, Path each) {
        try {
            return Files.readAttributes(each, BasicFileAttributes.class) != null;
        } catch (AccessDeniedException denied) {
            throw unusable(path, why(denied) + " lies where this process may not look");
        } catch (IOException missing) {
            return false;
        }
    }

    private static StateDirectory locked(Path path, Path identity, Flush flush) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(path, Files.readString(file).strip());
            }
            channel.truncate(0);
            writeAll(channel, "process " + ProcessHandle.current().pid() + "\n");
            StateDirectory taken = new StateDirectory(path, identity, channel, flush);
            taken.removeUnfinished();
            taken.probe();
            return taken;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ControlFailure inUse(Path path, String holder) {
        return new ControlFailure(
                Reason.UNAVAILABLE,
                "stateDirectory " + path + " is in use by " + (holder.isEmpty() ? "another process" : holder)
                        + ": give each process its own");
    }

    private static ControlFailure unusable(Path path, String why) {
        return ControlFailure.invalid(new InvalidOptions(
                "/stateDirectory",
                "stateDirectory " + path + " cannot be used: " + why
                        + "; it must be a directory that this process may write"));
    }

    private void removeUnfinished() throws IOException {
        for (Path each : entries()) {
            String name = name(each);
            if (name.startsWith(".") && name.endsWith(SUFFIX + TEMPORARY)) {
                Files.delete(each);
            }
        }
    }

    /** That it can be written is found out now, and not by the first who wants something kept. */
    private void probe() throws IOException {
        Path probe = path(".probe" + SUFFIX + TEMPORARY);
        write(probe, "");
        Files.delete(probe);
        flush.directory(directory);
    }

    /** The name of the file that keeps what is called so: different ones for different names, where case says nothing too. */
    static String file(String name) {
        StringBuilder safe = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-' || each == '_';
            safe.append(plain ? String.valueOf((char) each) : String.format("%%%02x", each));
        }
        return safe + SUFFIX;
    }

    Path path(String file) {
        return directory.resolve(file);
    }

    /** All files by name, with their bytes. */
    synchronized Map<String, byte[]> read() throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        for (Path each : entries()) {
            if (name(each).endsWith(SUFFIX)) {
                all.put(name(each), Files.isDirectory(each) ? new byte[0] : Files.readAllBytes(each));
            }
        }
        return all;
    }

    /** Gives a file a name that {@link #read} passes over. Nothing is ever deleted so. */
    synchronized Path setAside(String file) throws IOException {
        String base = file + ".corrupt-" + TIME.format(Instant.now());
        for (int i = 0; ; i++) {
            Path aside = path(i == 0 ? base : base + "-" + i);
            try {
                Files.move(path(file), aside);
                flush.directory(directory);
                return aside;
            } catch (FileAlreadyExistsException anotherOne) {
                // the next number
            }
        }
    }

    /**
     * Makes changes of different files, each as a whole, and flushes the directory once for all.
     *
     * @return for each change why it was not made; null if it was
     */
    synchronized List<@Nullable IOException> apply(List<Change> changes) {
        List<@Nullable IOException> failures = new ArrayList<>();
        for (Change each : changes) {
            failures.add(failure(() -> make(each.file(), each.text())));
        }
        IOException unflushed = failure(() -> flush.directory(directory));
        for (int i = 0; unflushed != null && i < failures.size(); i++) {
            Change change = changes.get(i);
            if (failures.get(i) == null) {
                failures.set(i, takenBack(change, unflushed));
            }
        }
        return failures;
    }

    /** What is not sure to last is not to be seen by the next start either. */
    private IOException takenBack(Change change, IOException unflushed) {
        IOException stuck = failure(() -> make(change.file(), change.before()));
        return stuck == null
                ? unflushed
                : new Uncertain(
                        why(unflushed) + "; and " + path(change.file()) + " cannot be put back (" + why(stuck)
                                + "): what a restart finds there is not certain",
                        unflushed);
    }

    private void make(String file, @Nullable String text) throws IOException {
        if (closed) {
            throw new IOException("it has been closed");
        }
        if (text == null) {
            remove(file);
        } else {
            put(file, text);
        }
    }

    private void put(String file, String text) throws IOException {
        Path temporary = path("." + file + TEMPORARY);
        try {
            write(temporary, text);
            Files.move(temporary, path(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            IOException unused = failure(() -> Files.deleteIfExists(temporary));
            throw e;
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, ANEW, isPosix(file) ? OWNERS : NONE)) {
            writeAll(channel, text);
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void remove(String file) throws IOException {
        Files.deleteIfExists(path(file));
    }

    /** Other systems flush entries by themselves, and open no directory. */
    private static void flush(Path directory) throws IOException {
        if (isPosix(directory)) {
            try (FileChannel channel = FileChannel.open(directory)) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    /** Gives it back. Changes that come later fail. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            IOException unused = failure(lock::close);
            IN_USE.remove(identity);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static @Nullable IOException failure(Step step) {
        try {
            step.run();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** In words, where the JDK's message is a path and nothing else. */
    static String why(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile();
        }
        if (e instanceof NoSuchFileException missing) {
            return "there is no " + missing.getFile();
        }
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is no directory";
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? String.valueOf(e.getMessage()) : reason;
    }
}
