package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.eventloop.OnContext;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TcpServer.Traffic;

/** One listener as the operator knows it, through its starts and stops. Confined to the control plane's context. */
final class ManagedListener {
    /** Who wanted it. */
    enum Origin {
        CONFIGURATION,
        API;

        String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    final String name;
    final Origin origin;
    final ListenerOptions configured;

    /** Of a listener that is not the API's: what the configuration, or the embedder, made of it last. */
    ListenerOptions granted;

    ListenerOptions options;
    Wanted wanted = Wanted.RUNNING;
    ListenerState state = ListenerState.STARTING;

    @Nullable
    String reason;

    int boundPort = -1;

    @Nullable
    Instant startedAt;

    /** The run that listens, or drains. */
    @Nullable
    ListenerRun run;

    /** Runs that a restart replaced and whose connections are not all at their end. */
    final List<ListenerRun> retiring = new ArrayList<>();

    /** What went through runs that are over. */
    Traffic before = Traffic.NONE;

    /** The timer of the next try after a failure; null while none is planned. */
    @Nullable
    Long retry;

    /** What was told of it last, and with which options. */
    private @Nullable ListenerChanged told;

    private @Nullable ListenerOptions toldOptions;

    /** The revision of what it was made from, which is asked for much more often than it changes. */
    private @Nullable Revised revised;

    private record Revised(ListenerOptions options, Wanted wanted, String revision) {}

    /** When the drain under way ends the input of those left; null without one, or if that has no end. */
    @Nullable
    Instant drainEnds;

    /** The operation that drains it; null without one. */
    @Nullable
    Operation drain;

    /** {@link #drain} is that of a delete. */
    boolean drainForgets;

    /** It goes from the list when its drain is over. */
    boolean forgetAfterDrain;

    /** What was asked of it last. */
    private Future<?> tail = Future.succeededFuture();

    ManagedListener(String name, Origin origin, ListenerOptions options) {
        this.name = name;
        this.origin = origin;
        this.configured = options;
        this.granted = options;
        this.options = options;
    }

    /** Whether the policy has a say in what it would open. */
    boolean isUnderPolicy(ListenerOptions wish) {
        return origin == Origin.API || !Policy.opensTheSame(wish, granted);
    }

    /** Of what was asked of it. */
    String revision() {
        Revised known = revised;
        if (known == null || known.wanted != wanted || !known.options.equals(options)) {
            known = new Revised(options, wanted, Revision.of(options, wanted));
            revised = known;
        }
        return known.revision;
    }

    /** Operations on one listener are done one after the other. */
    <T> Future<T> inTurn(Supplier<Future<T>> work) {
        Future<T> mine = tail.transform(before -> ListenerRun.attempt(work));
        tail = mine;
        return mine.recover(failure -> Future.failedFuture(
                failure instanceof InvalidOptions invalid ? ControlFailure.invalid(invalid) : failure));
    }

    boolean isServing() {
        return state == ListenerState.LISTENING || state == ListenerState.SUSPENDED || state == ListenerState.DEGRADED;
    }

    /** Connections that are open, over all of its runs. */
    long open() {
        long open = run == null ? 0 : run.port().open();
        for (ListenerRun each : retiring) {
            open += each.port().open();
        }
        return open;
    }

    /** Nothing of it runs, and no connection is left. */
    boolean isEmpty() {
        return run == null && retiring.isEmpty();
    }

    List<ListenerRun> runs() {
        List<ListenerRun> all = new ArrayList<>(retiring);
        if (run != null) {
            all.add(run);
        }
        return all;
    }

    /**
     * A run has come to its end: its counts stay.
     *
     * @return whether it was the one that listened, or drained, and not one that was replaced
     */
    boolean isOver(ListenerRun ended, Traffic traffic) {
        before = before.plus(traffic);
        retiring.remove(ended);
        boolean current = run == ended;
        if (current) {
            run = null;
        }
        return current;
    }

    /** A run gives way to another, and lives until its last connection has ended. */
    void retire(ListenerRun replaced) {
        retiring.add(replaced);
        if (run == replaced) {
            run = null;
        }
    }

    Future<ListenerView> view() {
        // What was before and what runs go together: a run that ends meanwhile is in one of them, not in both.
        Traffic sum = before;
        List<Future<Traffic>> traffic =
                runs().stream().map(ListenerRun::traffic).toList();
        return OnContext.of(Vertx.currentContext(), Future.join(traffic))
                .map(all -> view(traffic.stream().map(Future::result).reduce(sum, Traffic::plus)));
    }

    private ListenerView view(Traffic sum) {
        return new ListenerView(
                name,
                revision(),
                state,
                reason,
                origin.json(),
                origin == Origin.CONFIGURATION && !options.equals(configured),
                boundPort,
                new Counts(
                        open(),
                        options.mostConnections(),
                        sum.accepted(),
                        sum.refused(),
                        sum.waiting(),
                        sum.closed(),
                        sum.handshakesFailed(),
                        sum.proxyRefused()),
                sum.bytesIn(),
                sum.bytesOut(),
                startedAt,
                options);
    }

    /** Connections have that long from now at the most: as with the servers, a drain under way can only get shorter. */
    void drainWithin(Duration timeout) {
        Instant ends = Instant.now().plus(timeout);
        if (drainEnds == null || ends.isBefore(drainEnds)) {
            drainEnds = ends;
        }
    }

    Duration drainLeft() {
        Instant ends = drainEnds;
        Duration left = ends == null ? Duration.ZERO : Duration.between(Instant.now(), ends);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What is new since this was asked last; null if nothing is. */
    @Nullable
    ListenerChanged change() {
        ListenerChanged now = new ListenerChanged(
                name,
                state,
                options.protocol(),
                options.path() == null ? options.host() : options.path(),
                boundPort,
                reason);
        if (now.equals(told) && Objects.equals(options, toldOptions)) {
            return null;
        }
        told = now;
        toldOptions = options;
        return now;
    }
}
