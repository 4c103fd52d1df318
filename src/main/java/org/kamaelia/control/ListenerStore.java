package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.StateDirectory.Change;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Keeps listeners in a {@link StateDirectory}, or nowhere. What is asked for while files are being written is written
 * together afterwards; changes of one listener are asked for one after the other. Confined like {@link Listeners}, files
 * are written by worker threads.
 */
final class ListenerStore {

    /** Keeps nothing, and refuses nothing. */
    static final ListenerStore NONE = new ListenerStore(null, null, Map.of());

    private final @Nullable Context context;
    private final @Nullable StateDirectory directory;

    /** What the directory holds, by the listener's name. */
    private final Map<String, StoredListener> kept;

    /** Names whose files may hold something else: they are written again in any case. */
    private final Set<String> uncertain = new HashSet<>();

    private List<Wish> waiting = new ArrayList<>();
    private boolean writing;

    private record Wish(
            String name,
            @Nullable StoredListener wanted,
            @Nullable StoredListener before,
            Promise<Void> done) {

        Change change() {
            return new Change(
                    StateDirectory.file(name),
                    wanted == null ? null : wanted.text(),
                    before == null ? null : before.text());
        }
    }

    private ListenerStore(
            @Nullable Context context, @Nullable StateDirectory directory, Map<String, StoredListener> kept) {
        this.context = context;
        this.directory = directory;
        this.kept = new HashMap<>(kept);
    }

    /**
     * Reads what a directory keeps. A file that cannot be what a process wrote is set aside and told; the others are taken.
     *
     * @return fails if the directory cannot be read
     */
    static Future<ListenerStore> load(Context context, StateDirectory directory, Consumer<? super Event> events) {
        Callable<ListenerStore> read = () -> {
            Map<String, StoredListener> kept = new HashMap<>();
            for (Map.Entry<String, byte[]> each : directory.read().entrySet()) {
                StoredListener stored = read(each.getKey(), each.getValue(), directory, events);
                if (stored != null) {
                    kept.put(stored.name(), stored);
                }
            }
            return new ListenerStore(context, directory, kept);
        };
        return context.executeBlocking(read)
                .recover(failure -> Future.failedFuture(
                        failure instanceof IOException unreadable
                                ? new ControlFailure(
                                        Reason.INVALID,
                                        "stateDirectory cannot be read: " + StateDirectory.why(unreadable),
                                        unreadable)
                                : failure));
    }

    private static @Nullable StoredListener read(
            String file, byte[] bytes, StateDirectory directory, Consumer<? super Event> events) throws IOException {
        try {
            return StoredListener.read(file, bytes);
        } catch (InvalidOptions unreadable) {
            Path aside = directory.setAside(file);
            events.accept(new StateFileRefused(directory.path(file), aside, String.valueOf(unreadable.getMessage())));
            return null;
        }
    }

    /** What is kept, by name. */
    Map<String, StoredListener> kept() {
        return Map.copyOf(kept);
    }

    Path path(StoredListener stored) {
        return Objects.requireNonNull(directory).path(stored.file());
    }

    /**
     * Keeps a listener as it is to be after a restart.
     *
     * @return done when it is on the device; fails with {@link Reason#NOT_STORED}, and what was kept before stays
     */
    Future<Void> put(StoredListener listener) {
        return change(listener.name(), listener);
    }

    /** Forgets a listener, if it is kept; otherwise as {@link #put}. */
    Future<Void> remove(String name) {
        return change(name, null);
    }

    private Future<Void> change(String name, @Nullable StoredListener wanted) {
        StoredListener before = kept.get(name);
        if (directory == null || (Objects.equals(before, wanted) && !uncertain.contains(name))) {
            return Future.succeededFuture();
        }
        Wish wish = new Wish(name, wanted, before, Promise.promise());
        waiting.add(wish);
        write();
        return wish.done().future();
    }

    private void write() {
        if (writing || waiting.isEmpty() || context == null || directory == null) {
            return;
        }
        writing = true;
        List<Wish> batch = waiting;
        waiting = new ArrayList<>();
        Callable<List<@Nullable IOException>> apply =
                () -> directory.apply(batch.stream().map(Wish::change).toList());
        context.executeBlocking(apply).onComplete(applied -> {
            for (int i = 0; i < batch.size(); i++) {
                answer(batch.get(i), applied.succeeded() ? applied.result().get(i) : applied.cause());
            }
            writing = false;
            write();
        });
    }

    private void answer(Wish wish, @Nullable Throwable failure) {
        if (failure != null) {
            if (!(failure instanceof IOException) || failure instanceof StateDirectory.Uncertain) {
                uncertain.add(wish.name());
            }
            wish.done().fail(notStored(wish.name(), failure));
            return;
        }
        uncertain.remove(wish.name());
        if (wish.wanted() == null) {
            kept.remove(wish.name());
        } else {
            kept.put(wish.name(), wish.wanted());
        }
        wish.done().complete();
    }

    private ControlFailure notStored(String name, Throwable failure) {
        String why = failure instanceof IOException io ? StateDirectory.why(io) : failure.toString();
        return new ControlFailure(
                Reason.NOT_STORED,
                "listener \"" + name + "\" stays as it was, for the change cannot be kept in stateDirectory: " + why,
                failure);
    }
}
