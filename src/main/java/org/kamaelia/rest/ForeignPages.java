package org.kamaelia.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kamaelia.rest.Problem.Kind;

/**
 * What pages of others in somebody's browser may ask: nothing. A page's origin must be this server's; where nobody shows who
 * they are, a name that a foreign page could use for this host is refused, too.
 */
final class ForeignPages {

    private static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

    private ForeignPages() {}

    /**
     * What is wrong with a request; empty for those of this server's own pages, and of no page.
     *
     * @param localNamesOnly whether the server answers to the names of this host alone
     */
    static Optional<Problem> problem(HttpServerRequest request, boolean localNamesOnly) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        String host = hosts.size() == 1 ? hosts.get(0).strip().toLowerCase(Locale.ROOT) : "";
        for (String origin : request.headers().getAll(HttpHeaders.ORIGIN)) {
            if (host.isEmpty() || !sameAddress(origin.toLowerCase(Locale.ROOT), host)) {
                return foreign("pages of another origin may not call this server");
            }
        }
        if (localNamesOnly) {
            Matcher authority = AUTHORITY.matcher(host);
            if (!authority.matches() || !LOCAL_NAMES.contains(authority.group(1))) {
                return foreign(
                        "this server answers to the names localhost, 127.0.0.1 and [::1] only: with a token file it"
                                + " answers to any");
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> foreign(String detail) {
        return Optional.of(Problem.of(Kind.FOREIGN_REQUEST, detail));
    }

    /**
     * A page served from here has the address that it calls as its origin; every other page is foreign. Schemes may differ: in
     * front of this server something may speak TLS. Default ports are the origin's scheme's.
     */
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
