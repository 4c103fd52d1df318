package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.kamaelia.control.Caller;
import org.kamaelia.control.Caller.Door;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens.Holder;
import org.kamaelia.rest.Credentials.Finding;
import org.kamaelia.rest.Problem.Kind;

/**
 * Who calls, before anything else is looked at: those with credentials, and anonymous probes. A server that asks nobody who
 * they are is on loopback, and whoever is on this host calls as admin.
 */
final class Guard implements Handler<RoutingContext> {

    static final String PROBES = "/health/";

    private static final String CALLER = Guard.class.getName() + ".caller";
    private static final String GUARD = Guard.class.getName();
    private static final Holder SOMEBODY_HERE = new Holder("local", Role.ADMIN);

    private final Vertx vertx;
    private final Credentials credentials;
    private final WrongTokens wrongTokens;
    private final Rates rates;

    Guard(Vertx vertx, Credentials credentials, WrongTokens wrongTokens, Rates rates) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.wrongTokens = wrongTokens;
        this.rates = rates;
    }

    /** Who calls; empty for an anonymous probe. */
    static Optional<Caller> caller(RoutingContext context) {
        return Optional.ofNullable(context.get(CALLER));
    }

    /** Whether it is asked how the server is, which everybody may at any time. */
    static boolean isProbe(HttpServerRequest request) {
        return request.path().startsWith(PROBES);
    }

    /**
     * Who calls.
     *
     * @throws Refused if the caller's role is too low
     */
    static Caller require(RoutingContext context, Role role) {
        Caller caller = caller(context)
                .orElseThrow(() -> unauthenticated("this needs a token", "").refusal());
        require(caller, role);
        return caller;
    }

    /** @throws Refused if the caller's role is too low */
    static void require(Caller caller, Role role) {
        if (!caller.role().includes(role)) {
            throw Problem.of(
                            Kind.FORBIDDEN,
                            "this needs the role " + role.word() + ", and " + caller.name() + " has "
                                    + caller.role().word())
                    .refusal();
        }
    }

    /**
     * Whether a caller is still known by what they showed, under the same name and in the same role: for answers that have no
     * end.
     */
    static Future<Boolean> isStillKnown(RoutingContext context) {
        Guard guard = Objects.requireNonNull(context.<Guard>get(GUARD));
        Caller caller = caller(context).orElseThrow();
        if (!guard.credentials.asked()) {
            return Future.succeededFuture(true);
        }
        Holder then = new Holder(caller.name(), caller.role());
        return guard.credentials.of(context.request()).map(found -> then.equals(found.holder()));
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        ForeignPages.refuse(request, !credentials.asked());
        if (!credentials.asked()) {
            welcome(context, SOMEBODY_HERE);
            return;
        }
        request.pause(); // nobody reads the body yet
        credentials
                .of(request)
                .onSuccess(found -> judge(context, found))
                .onFailure(unreadable -> refuse(
                        context,
                        Problem.of(
                                        Kind.UNAVAILABLE,
                                        "the server's token file has a fault: nobody is let in until it is mended")
                                .header("Retry-After", "5")));
    }

    private void judge(RoutingContext context, Finding found) {
        Holder holder = found.holder();
        if (holder != null) {
            welcome(context, holder);
        } else if (found.wrongToken()) {
            refuseLater(context, unauthenticated(found.reason(), ", error=\"invalid_token\""));
        } else {
            refuse(context, unauthenticated(found.reason(), ""));
        }
    }

    private void welcome(RoutingContext context, Holder known) {
        HttpServerRequest request = context.request();
        if (!isProbe(request)) {
            Optional<Duration> wait = rates.ofCaller(known.name());
            if (wait.isPresent()) {
                context.fail(
                        tooMany(known.name() + " asks too often", wait.get()).refusal());
                return;
            }
        }
        String from = request.remoteAddress().hostAddress();
        context.put(CALLER, new Caller(known.name(), known.role(), Door.REST, from));
        context.put(GUARD, this);
        request.resume();
        context.next();
    }

    /** A wrong token is slow to be told so, on probes too, for they tell more to those with a right one. */
    private void refuseLater(RoutingContext context, Problem problem) {
        String address = Origin.of(context.request().remoteAddress());
        Optional<Duration> wait = wrongTokens.shown(address);
        if (wait.isEmpty()) {
            context.fail(tooMany("too many wrong tokens come from this address", WrongTokens.LONGEST)
                    .refusal());
        } else if (wait.get().isZero()) {
            refuse(context, problem);
        } else {
            vertx.setTimer(wait.get().toMillis(), due -> {
                wrongTokens.told(address);
                refuse(context, problem);
            });
        }
    }

    private void refuse(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        if (request.response().ended() || request.response().closed()) {
            return; // it took too long, or the caller has gone
        }
        if (isProbe(request)) {
            request.resume();
            context.next();
            return;
        }
        Optional<Duration> wait = rates.ofStranger(Origin.of(request.remoteAddress()));
        Problem told = wait.map(time -> tooMany("too much is asked from this address without a token", time))
                .orElse(problem);
        context.fail(told.refusal());
    }

    private static Problem tooMany(String who, Duration wait) {
        return Problem.of(Kind.TOO_MANY_REQUESTS, who + ": wait as long as Retry-After says")
                .header("Retry-After", Problems.seconds(wait));
    }

    private static Problem unauthenticated(String detail, String more) {
        return Problem.of(Kind.UNAUTHENTICATED, detail).header("WWW-Authenticate", "Bearer realm=\"kamaelia\"" + more);
    }
}
