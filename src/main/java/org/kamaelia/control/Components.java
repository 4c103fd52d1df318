package org.kamaelia.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentSnapshot;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.KindCounters;
import org.kamaelia.component.LinkageSnapshot;
import org.kamaelia.component.NotForOperators;
import org.kamaelia.component.Receipt;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ComponentQuery.WaitsFor;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.InvalidOptions;

/** The components of all event loops; each is only touched on its own. Confined like {@link Listeners}. */
final class Components {
    /** Before that there is little hope that a full box has room again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** So many boxes are looked at for the names of those that there are. */
    private static final int MOST_NAMED = 100;

    private final Context context;
    private final List<Scheduler> schedulers;
    private final Ids ids = new Ids("component");
    private final ComponentViews views = new ComponentViews(ids);
    private final Turns turns;

    /** One that was found, with what its view needs of its own thread. */
    private record Seen(ComponentSnapshot component, Belonging belonging) {}

    /** One that was looked at, with its linkages. */
    private record Whole(Seen seen, List<LinkageSnapshot> linkages) {}

    /** @param turns what else looks at everything takes them too */
    Components(Context context, List<Scheduler> schedulers, Turns turns) {
        this.context = context;
        this.schedulers = schedulers;
        this.turns = turns;
    }

    /** What a component is called outside, also once it has ended; null for one that runs on none of the event loops. Any thread. */
    @Nullable
    String id(Component component) {
        boolean runs = component.isActive() || component.hasEnded();
        int loop = runs ? schedulers.indexOf(component.scheduler()) : -1;
        return loop < 0 ? null : new ComponentId(loop, component.number()).text(ids);
    }

    // ---- looking

    Future<ComponentPage> page(ComponentQuery query, Interest interest) {
        ComponentId after = position(query.cursor());
        Integer loop = query.loop();
        if (loop != null && (loop < 0 || loop >= schedulers.size())) {
            throw new InvalidOptions("/loop", "loop " + loop + " is out of range: use 0 to " + (schedulers.size() - 1));
        }
        int first = loop == null ? 0 : loop;
        int last = loop == null ? schedulers.size() - 1 : loop;
        List<ComponentView> found = new ArrayList<>();
        return turns.<Object>take(
                        interest, () -> collect(query, interest, Math.max(first, after.loop()), last, after, found))
                .map(done -> {
                    boolean more = found.size() > query.limit();
                    List<ComponentView> page = more ? found.subList(0, query.limit()) : found;
                    return new ComponentPage(
                            page, more ? page.get(page.size() - 1).id() : null);
                });
    }

    private ComponentId position(@Nullable String cursor) {
        if (cursor == null) {
            return new ComponentId(0, Long.MAX_VALUE);
        }
        ComponentId id = ComponentId.parse(ids, cursor);
        if (id == null) {
            throw new InvalidOptions(
                    "/cursor", "cursor \"" + cursor + "\" is none of ours: leave it out to begin anew");
        }
        return id;
    }

    /** Asks one event loop after the other, until there is one more than a page holds. */
    private Future<Object> collect(
            ComponentQuery query, Interest interest, int loop, int last, ComponentId after, List<ComponentView> into) {
        int missing = query.limit() + 1 - into.size();
        if (loop > last || missing == 0) {
            return Future.succeededFuture();
        }
        long below = loop == after.loop() ? after.number() : Long.MAX_VALUE;
        CompletionStage<List<Seen>> looked = schedulers
                .get(loop)
                .look(below, missing, () -> !interest.isLost(), component -> seen(component, query));
        return here(looked).compose(found -> {
            found.forEach(each -> into.add(views.view(loop, each.component, each.belonging)));
            return collect(query, interest, loop + 1, last, after, into);
        });
    }

    private static @Nullable Seen seen(Component component, ComponentQuery query) {
        if (query.kind() != null && !query.kind().equals(ComponentSnapshot.kindOf(component))) {
            return null;
        }
        Belonging belonging = Belonging.of(component);
        if (query.connection() != null && !query.connection().equals(belonging.connection())) {
            return null;
        }
        ComponentSnapshot snapshot = ComponentSnapshot.of(component);
        WaitsFor wanted = query.waitsFor();
        boolean fits =
                wanted == null || snapshot.waits().stream().anyMatch(each -> ComponentViews.what(each) == wanted);
        return fits ? new Seen(snapshot, belonging) : null;
    }

    Future<ComponentDetail> detail(String id) {
        return on(
                        id,
                        component -> new Whole(
                                new Seen(ComponentSnapshot.of(component), Belonging.of(component)),
                                LinkageSnapshot.of(component, ComponentDetail.MOST_LINKAGES)))
                .map(found ->
                        views.detail(known(id).loop(), found.seen.component, found.seen.belonging, found.linkages));
    }

    /** What the components of each kind have done, on all loops together; in the order of their names. */
    Future<List<KindCounters>> kinds(Interest interest) {
        return turns.take(interest, () -> count(interest));
    }

    private Future<List<KindCounters>> count(Interest interest) {
        List<Future<List<KindCounters>>> asked = schedulers.stream()
                .map(each -> here(each.kinds(() -> !interest.isLost())))
                .toList();
        return Future.join(asked).map(done -> {
            Map<String, KindCounters> sums = new TreeMap<>();
            asked.forEach(each -> each.result().forEach(kind -> sums.merge(kind.kind(), kind, KindCounters::plus)));
            return List.copyOf(sums.values());
        });
    }

    // ---- talking

    Future<Delivery> deliver(String id, String box, Object message, Duration timeout) {
        return on(id, component -> handIn(component, id, box, message))
                .compose(handedIn -> handedIn)
                .compose(receipt -> collected(receipt, id, timeout)
                        .map(collected -> new Delivery(id, box, receipt.before(), collected)));
    }

    /** On the component's thread. */
    private static Future<Receipt> handIn(Component component, String id, String box, Object message) {
        for (Box each : component.boxes()) {
            if (each instanceof Inbox<?> inbox && each.name().equals(box)) {
                return handIn(inbox, id, message);
            }
        }
        String there = component.boxes(MOST_NAMED).stream()
                .filter(Inbox.class::isInstance)
                .map(Box::name)
                .collect(Collectors.joining(", "));
        return Future.failedFuture(new ControlFailure(
                Reason.NOT_FOUND,
                "component " + id + " has no inbox \"" + box + "\"; "
                        + (there.isEmpty() ? "its view shows which it has" : "those it has are " + there)));
    }

    private static Future<Receipt> handIn(Inbox<?> inbox, String id, Object message) {
        try {
            Receipt receipt = inbox.handIn(message);
            return switch (receipt.outcome()) {
                case DELIVERED -> Future.succeededFuture(receipt);
                case FULL ->
                    Future.failedFuture(
                            new ControlFailure(Reason.BOX_FULL, inbox + " is full: try again").retryAfter(RETRY));
                case GONE, STOPPED -> Future.failedFuture(ended(id));
            };
        } catch (NotForOperators refused) {
            return Future.failedFuture(new ControlFailure(Reason.NOT_DECLARED, String.valueOf(refused.getMessage())));
        } catch (IllegalArgumentException unfit) {
            return Future.failedFuture(ControlFailure.at(
                    "/message", Reason.INVALID, inbox + " can't take the message: " + unfit.getMessage()));
        }
    }

    /** False when the time is up. */
    private Future<Boolean> collected(Receipt receipt, String id, Duration timeout) {
        return here(receipt.collected())
                .compose(taken -> taken ? Future.succeededFuture(true) : Future.failedFuture(ended(id)))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> failure instanceof TimeoutException
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure));
    }

    private static ControlFailure ended(String id) {
        return new ControlFailure(Reason.GONE, "component " + id + " has ended without taking the message");
    }

    // ---- finding

    /** Asks one component on its event loop. */
    private <R> Future<R> on(String id, Function<? super Component, ? extends R> question) {
        ComponentId wanted = known(id);
        return here(schedulers.get(wanted.loop()).<R>find(wanted.number(), question))
                .map(found -> found.orElseThrow(() -> unknown(id)));
    }

    private ComponentId known(String id) {
        ComponentId known = ComponentId.parse(ids, id);
        if (known == null || known.loop() >= schedulers.size()) {
            throw unknown(id);
        }
        return known;
    }

    private static ControlFailure unknown(String id) {
        return new ControlFailure(Reason.NOT_FOUND, "component \"" + id + "\" is unknown, or has ended");
    }

    /** What a scheduler answers, on the plane's context. */
    private <R> Future<R> here(CompletionStage<R> answer) {
        return Future.fromCompletionStage(answer, context)
                .recover(failure -> Future.failedFuture(
                        failure instanceof RejectedExecutionException || failure instanceof CancellationException
                                ? new ControlFailure(Reason.UNAVAILABLE, String.valueOf(failure.getMessage()))
                                : failure));
    }
}
