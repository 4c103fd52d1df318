package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.TokenFileTrouble;
import org.kamaelia.control.Tokens;
import org.kamaelia.tcp.InvalidOptions;

/**
 * The token file, read again every second: a token taken out of it is of no use a second later. While the file is missing or
 * has a fault nobody is known, so that a slip cannot keep a token alive; since then nobody can ask what is wrong, it is told,
 * whether somebody calls or not.
 *
 * <p>Thread: any.
 */
final class TokenFile {

    private static final Duration FRESH_FOR = Duration.ofSeconds(1);
    private static final String PLACE = "/admin/auth/tokenFile";
    private static final int LONGEST = 1 << 20;

    private record Reading(long at, Future<Tokens> tokens) {
        /** One that takes its time is waited for: where a file system hangs each further one would hold up a thread more. */
        boolean isFresh(long now) {
            return !tokens.isComplete() || now - at <= FRESH_FOR.toNanos();
        }
    }

    private final Vertx vertx;
    private final Path path;
    private final Consumer<? super TokenFileTrouble> events;
    private @Nullable Reading last;

    /** What is wrong with it, as far as that was told. */
    private @Nullable String told;

    private @Nullable Long timer;

    TokenFile(Vertx vertx, Path path, Consumer<? super TokenFileTrouble> events) {
        this.vertx = vertx;
        this.path = path;
        this.events = events;
    }

    /** Reads it from now on though nobody calls, so that a fault is told when it is made. */
    synchronized void watch() {
        timer = vertx.setPeriodic(FRESH_FOR.toMillis(), due -> current());
    }

    /** The opposite of {@link #watch}. */
    synchronized void stop() {
        if (timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
    }

    /** The tokens of now; fails with {@link InvalidOptions} that names the file, and the line where there is one. */
    synchronized Future<Tokens> current() {
        long now = System.nanoTime();
        if (last == null || !last.isFresh(now)) {
            Future<Tokens> reading = vertx.executeBlocking(this::read, false);
            last = new Reading(now, reading);
            reading.onComplete(done -> {
                String problem =
                        done.succeeded() ? null : String.valueOf(done.cause().getMessage());
                if (isNew(problem)) {
                    events.accept(new TokenFileTrouble(path.toString(), problem));
                }
            });
        }
        return last.tokens();
    }

    private synchronized boolean isNew(@Nullable String problem) {
        boolean isNew = !Objects.equals(problem, told);
        told = problem;
        return isNew;
    }

    /** The same now: blocks. */
    Tokens read() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new InvalidOptions(PLACE, path + " is no token file: it is longer than 1 MiB");
            }
            return parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new InvalidOptions(PLACE, "token file " + path + " cannot be read: " + reason(e));
        }
    }

    private Tokens parse(String text) {
        try {
            return Tokens.parse(path.toString(), text);
        } catch (InvalidOptions faulty) {
            throw faulty.under(PLACE);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
