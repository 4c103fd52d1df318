package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
    private final Knocks knocks;

    Guard(Vertx vertx, Credentials credentials, WrongTokens wrongTokens, Rates rates, Knocks knocks) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.wrongTokens = wrongTokens;
        this.rates = rates;
        this.knocks = knocks;
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
        Optional<Problem> foreign = ForeignPages.problem(request, !credentials.asked());
        if (foreign.isPresent()) {
            turnAway(context, foreign.get(), null);
        } else if (!credentials.asked()) {
            welcome(context, SOMEBODY_HERE);
        } else {
            request.pause(); // nobody reads the body yet
            look(context);
        }
    }

    private void look(RoutingContext context) {
        credentials
                .of(context.request())
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
        } else if (isProbe(context.request())) {
            pass(context);
        } else {
            refuse(context, unauthenticated(found.reason(), ""));
        }
    }

    private void welcome(RoutingContext context, Holder known) {
        HttpServerRequest request = context.request();
        if (!isProbe(request)) {
            Optional<Duration> wait = rates.ofCaller(known.name());
            if (wait.isPresent()) {
                turnAway(context, tooMany(known.name() + " asks too often", wait.get()), known.name());
                return;
            }
        }
        String from = request.remoteAddress().hostAddress();
        context.put(CALLER, new Caller(known.name(), known.role(), Door.REST, from));
        context.put(GUARD, this);
        pass(context);
    }

    private static void pass(RoutingContext context) {
        if (!isOver(context)) {
            context.request().resume();
            context.next();
        }
    }

    /** It took too long, or the caller has gone. */
    private static boolean isOver(RoutingContext context) {
        return context.response().ended() || context.response().closed();
    }

    /** A wrong token is slow to be told so, on probes too, for they tell more to those with a right one. */
    private void refuseLater(RoutingContext context, Problem problem) {
        wrongTokens
                .another(Origin.of(context.request().remoteAddress()))
                .ifPresentOrElse(
                        wait -> refuseAfter(wait, context, problem),
                        () -> refuse(
                                context, tooMany("too many wrong tokens come from this address", WrongTokens.LONGEST)));
    }

    private void refuseAfter(WrongTokens.Wait wait, RoutingContext context, Problem problem) {
        if (wait.length().isZero()) {
            refuse(context, problem);
        } else {
            vertx.setTimer(wait.length().toMillis(), due -> {
                wait.over();
                refuse(context, problem);
            });
        }
    }

    private void refuse(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        if (isProbe(request)) {
            // Its answer tells no more than without a token, but that somebody tries tokens there is told.
            knocks.refused(problem.kind(), null, request.remoteAddress().hostAddress());
            pass(context);
            return;
        }
        Optional<Duration> wait = rates.ofStranger(Origin.of(request.remoteAddress()));
        Problem told = wait.map(time -> tooMany("too much is asked from this address without a token", time))
                .orElse(problem);
        turnAway(context, told, null);
    }

    /** @param who null for one whom nobody knows */
    private void turnAway(RoutingContext context, Problem problem, @Nullable String who) {
        if (!isOver(context)) {
            context.fail(problem.refusal());
        }
        knocks.refused(problem.kind(), who, context.request().remoteAddress().hostAddress());
    }

    private static Problem tooMany(String who, Duration wait) {
        return Problem.of(Kind.TOO_MANY_REQUESTS, who + ": wait as long as Retry-After says")
                .header("Retry-After", Problems.seconds(wait));
    }

    private static Problem unauthenticated(String detail, String more) {
        return Problem.of(Kind.UNAUTHENTICATED, detail).header("WWW-Authenticate", "Bearer realm=\"kamaelia\"" + more);
    }
}
