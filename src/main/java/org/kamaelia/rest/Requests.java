package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.rest.Problem.Kind;

/** Requests under way: no more than so many, and none for longer than so long. Probes find the door open at any time. */
final class Requests implements Handler<RoutingContext> {

    private static final String SETTLE = Requests.class.getName() + ".settle";

    private final Vertx vertx;
    private final AdminLimits limits;
    private final Visitors visitors;
    private final AtomicInteger underWay = new AtomicInteger();

    Requests(Vertx vertx, AdminLimits limits, Visitors visitors) {
        this.vertx = vertx;
        this.limits = limits;
        this.visitors = visitors;
    }

    /** A request whose answer has begun and has no end: it takes no place, and no time, of those that have one. */
    static void endless(RoutingContext context) {
        Runnable settle = context.get(SETTLE);
        if (settle != null) {
            settle.run();
        }
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        visitors.asked(request.connection());
        int now = underWay.incrementAndGet();
        long timer = vertx.setTimer(limits.requestTimeout().toMillis(), late -> context.fail(late(request)));
        AtomicBoolean counted = new AtomicBoolean(true);
        Runnable settle = () -> {
            if (counted.compareAndSet(true, false)) {
                vertx.cancelTimer(timer);
                underWay.decrementAndGet();
            }
        };
        context.put(SETTLE, settle);
        AtomicBoolean told = new AtomicBoolean();
        context.addEndHandler(ended -> {
            settle.run();
            if (told.compareAndSet(false, true)) { // a request that is cut off ends more than once
                visitors.answered(request.connection());
            }
        });
        if (now > limits.requests() && !Guard.isProbe(request)) {
            throw Problem.of(
                            Kind.UNAVAILABLE,
                            "more requests are under way than admin.limits.requests allows: try again in a moment")
                    .header("Retry-After", "1")
                    .refusal();
        }
        context.next();
    }

    private static Refused late(HttpServerRequest request) {
        Problem late = request.isEnded()
                ? Problem.of(Kind.UNAVAILABLE, "the operation takes too long to wait for: ask what became of it")
                : Problem.of(Kind.REQUEST_TIMEOUT, "the request did not arrive in time");
        return late.refusal();
    }
}
