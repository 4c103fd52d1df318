package org.kamaelia.rest;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Caller;
import org.kamaelia.control.Caller.Door;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens.Holder;
import org.kamaelia.rest.Problem.Kind;

/**
 * Who calls, before anything else is looked at. With a token file: whoever has a token, and anonymous probes. Without one the
 * server is on loopback, and whoever is on this host calls as admin; a web page in that person's browser must not, so that a
 * name that a foreign page could use for this host, and a page's foreign origin, are refused.
 */
final class Guard implements Handler<RoutingContext> {

    static final String PROBES = "/health/";

    private static final String CALLER = Guard.class.getName() + ".caller";
    private static final Holder SOMEBODY_HERE = new Holder("local", Role.ADMIN);
    private static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");

    private final @Nullable TokenFile tokens;

    /** @param tokens null where whoever is on this host may call */
    Guard(@Nullable TokenFile tokens) {
        this.tokens = tokens;
    }

    /** Who calls; empty for an anonymous probe. */
    static Optional<Caller> caller(RoutingContext context) {
        return Optional.ofNullable(context.get(CALLER));
    }

    private static void welcome(RoutingContext context, Holder known) {
        String from = context.request().remoteAddress().hostAddress();
        context.put(CALLER, new Caller(known.name(), known.role(), Door.REST, from));
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

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String host = host(request);
        refuseForeignOrigin(request, host);
        if (tokens == null) {
            refuseForeignHost(host);
            welcome(context, SOMEBODY_HERE);
            context.next();
            return;
        }
        request.pause(); // nobody reads the body yet
        identify(context, tokens);
    }

    private static void identify(RoutingContext context, TokenFile tokens) {
        boolean probe = context.request().path().startsWith(PROBES);
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            proceed(
                    context,
                    probe,
                    unauthenticated("this needs a token: send Authorization: Bearer and the token", ""));
            return;
        }
        Matcher bearer = BEARER.matcher(authorization.strip());
        tokens.current()
                .map(known -> bearer.matches() ? known.find(bearer.group(1)) : Optional.<Holder>empty())
                .onSuccess(holder -> {
                    holder.ifPresent(known -> welcome(context, known));
                    proceed(
                            context,
                            probe || holder.isPresent(),
                            unauthenticated("the token is not known here", ", error=\"invalid_token\""));
                })
                .onFailure(unreadable -> proceed(
                        context,
                        probe,
                        Problem.of(
                                        Kind.UNAVAILABLE,
                                        "the server's token file has a fault: nobody is let in until it is mended")
                                .header("Retry-After", "5")));
    }

    private static void proceed(RoutingContext context, boolean welcome, Problem otherwise) {
        if (welcome) {
            context.request().resume();
            context.next();
        } else {
            context.fail(otherwise.refusal());
        }
    }

    private static Problem unauthenticated(String detail, String more) {
        return Problem.of(Kind.UNAUTHENTICATED, detail).header("WWW-Authenticate", "Bearer realm=\"kamaelia\"" + more);
    }

    /** The one Host header; empty if there is none, or more than one. */
    private static String host(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        return hosts.size() == 1 ? hosts.get(0).strip().toLowerCase(Locale.ROOT) : "";
    }

    private static void refuseForeignHost(String host) {
        Matcher authority = AUTHORITY.matcher(host);
        if (!authority.matches() || !LOCAL_NAMES.contains(authority.group(1))) {
            throw Problem.of(
                            Kind.FOREIGN_REQUEST,
                            "this server answers to the names localhost, 127.0.0.1 and [::1] only: with a token file it answers to any")
                    .refusal();
        }
    }

    /** A page served from here has the address that it calls as its origin; every other page is foreign. */
    private static void refuseForeignOrigin(HttpServerRequest request, String host) {
        for (String origin : request.headers().getAll(HttpHeaders.ORIGIN)) {
            if (host.isEmpty() || !sameAddress(origin.toLowerCase(Locale.ROOT), host)) {
                throw Problem.of(Kind.FOREIGN_REQUEST, "pages of another origin may not call this server")
                        .refusal();
            }
        }
    }

    /** Schemes may differ: in front of this server something may speak TLS. Default ports are the origin's scheme's. */
    private static boolean sameAddress(String origin, String host) {
        try {
            URI uri = URI.create(origin);
            String authority = uri.getRawAuthority();
            String defaultPort = "https".equals(uri.getScheme()) ? "443" : "80";
            return authority != null && withPort(authority, defaultPort).equals(withPort(host, defaultPort));
        } catch (IllegalArgumentException e) {
            return false; // "null" parses, and has no authority; what does not parse is nobody we know
        }
    }

    private static String withPort(String authority, String defaultPort) {
        Matcher parts = AUTHORITY.matcher(authority);
        return parts.matches() && parts.group(2) == null ? authority + ":" + defaultPort : authority;
    }
}
