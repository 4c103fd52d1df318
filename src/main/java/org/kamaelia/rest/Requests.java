package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.rest.Problem.Kind;

/**
 * Requests under way: none for longer than so long, and no more than so many of known callers. Strangers are turned away
 * without a place, however long their bodies take, and probes find the door open at any time.
 */
final class Requests {

    private static final String TIME = Requests.class.getName() + ".time";
    private static final String PLACE = Requests.class.getName() + ".place";

    private final Vertx vertx;
    private final AdminLimits limits;
    private final Visitors visitors;
    private final AtomicInteger underWay = new AtomicInteger();

    Requests(Vertx vertx, AdminLimits limits, Visitors visitors) {
        this.vertx = vertx;
        this.limits = limits;
        this.visitors = visitors;
    }

    /** A request whose answer is known, or has begun and has no end: it takes no more time, and no place, of the others. */
    static void settle(RoutingContext context) {
        run(context.remove(TIME));
        run(context.remove(PLACE));
    }

    private static void run(@Nullable Runnable settle) {
        if (settle != null) {
            settle.run();
        }
    }

    /** The first to see a request: its time begins. */
    void arrive(RoutingContext context) {
        HttpServerRequest request = context.request();
        visitors.asked(request.connection());
        long timer = vertx.setTimer(limits.requestTimeout().toMillis(), late -> context.fail(late(request)));
        Runnable stop = () -> vertx.cancelTimer(timer);
        context.put(TIME, stop);
        AtomicBoolean told = new AtomicBoolean();
        context.addEndHandler(ended -> {
            settle(context);
            if (told.compareAndSet(false, true)) { // a request that is cut off ends more than once
                visitors.answered(request.connection());
            }
        });
        context.next();
    }

    /** Behind the guard: a known caller's request takes its place. */
    void admit(RoutingContext context) {
        if (Guard.caller(context).isPresent()) {
            visitors.known(context.request().connection());
        }
        if (!Guard.isProbe(context.request())) {
            takePlace(context);
        }
        context.next();
    }

    private void takePlace(RoutingContext context) {
        if (underWay.incrementAndGet() > limits.requests()) {
            underWay.decrementAndGet();
            throw Problem.of(
                            Kind.UNAVAILABLE,
                            "more requests are under way than admin.limits.requests allows: try again in a moment")
                    .header("Retry-After", "1")
                    .refusal();
        }
        Runnable leave = underWay::decrementAndGet;
        context.put(PLACE, leave);
    }

    private static Refused late(HttpServerRequest request) {
        Problem late = request.isEnded()
                ? Problem.of(Kind.UNAVAILABLE, "the operation takes too long to wait for: ask what became of it")
                : Problem.of(Kind.REQUEST_TIMEOUT, "the request did not arrive in time");
        return late.refusal();
    }
}
