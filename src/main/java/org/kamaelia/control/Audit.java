package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.AuditRecord.Outcome;
import org.kamaelia.eventloop.Courtesy;
import org.kamaelia.tcp.InvalidOptions;

/** The record of what was changed: the last of it in memory, all of it in a file if there is one. Any thread. */
final class Audit {
    static final int KEPT = 1_000;
    /** Most of their lines' length together: what one record holds is up to its caller. */
    static final long KEPT_CHARACTERS = 8 << 20;

    /**
     * One record. As text it is a single object for the garbage collector, which would copy a thousand trees of small ones
     * again and again, and stand everything still for it.
     *
     * @param facts without what was asked and changed
     */
    private record Kept(long number, AuditRecord facts, String line) {

        AuditRecord whole() {
            return facts.withBodies(new JsonObject(line));
        }
    }

    private final Ids ids = new Ids("audit");
    private final Consumer<? super Event> events;
    private final Deque<Kept> newestFirst = new ArrayDeque<>();
    private long length;
    private long last;
    private @Nullable AuditFile file;

    Audit(Consumer<? super Event> events) {
        this.events = events;
    }

    /** From now on records go there too. */
    synchronized void writeTo(AuditFile opened) {
        file = opened;
    }

    /** Why the file does not take records; empty while all is well. */
    synchronized Optional<String> trouble() {
        return file == null ? Optional.empty() : file.trouble();
    }

    /**
     * Records one change.
     *
     * @param problem null for what was done
     * @return done when the system has it, or cannot take it now, which is told elsewhere; never fails
     */
    Future<Void> add(
            Caller caller,
            String operation,
            @Nullable String target,
            Trail trail,
            Outcome outcome,
            @Nullable String problem) {
        AuditRecord entry;
        Future<Void> written;
        synchronized (this) {
            long number = ++last;
            entry = new AuditRecord(
                    ids.of(number),
                    Instant.now(),
                    caller,
                    operation,
                    target,
                    outcome,
                    problem,
                    trail.input(),
                    trail.before(),
                    trail.after());
            String line = entry.toJson().encode();
            keep(new Kept(number, entry.withoutBodies(), line));
            // within the lock: lines are in the order of their ids
            written = file == null ? Future.succeededFuture() : file.append(line);
        }
        events.accept(new Audited(entry));
        return written;
    }

    private void keep(Kept kept) {
        newestFirst.addFirst(kept);
        length += kept.line().length();
        while (newestFirst.size() > KEPT || (length > KEPT_CHARACTERS && newestFirst.size() > 1)) {
            length -= newestFirst.removeLast().line().length();
        }
    }

    /** @throws InvalidOptions for a cursor of another process */
    AuditPage page(AuditQuery query) {
        long before = query.cursor() == null
                ? Long.MAX_VALUE
                : ids.number(query.cursor())
                        .orElseThrow(() -> new InvalidOptions(
                                "/cursor",
                                "cursor \"" + query.cursor() + "\" is none of ours: leave it out to begin anew"));
        List<Kept> found = newest(query, before);
        List<AuditRecord> items = new ArrayList<>();
        for (Kept each : found.subList(0, Math.min(query.limit(), found.size()))) {
            items.add(each.whole()); // without the lock: event loops write records, and do not wait while these are
            // parsed
            Courtesy.giveWay();
        }
        return new AuditPage(
                items, found.size() > items.size() ? items.get(items.size() - 1).id() : null);
    }

    /** Those of a page, and one more if there are more. */
    private synchronized List<Kept> newest(AuditQuery query, long before) {
        return newestFirst.stream()
                .filter(each -> each.number() < before && query.matches(each.facts()))
                .limit(query.limit() + 1L)
                .toList();
    }
}
