package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Tokens.Holder;

/**
 * What a caller shows of themselves: a token, or a client certificate in place of one. A token that is sent decides alone, so
 * that somebody behind a certificate that many share, or that a machine has, can call as themselves; a wrong one is refused
 * whatever the certificate. Any thread.
 */
final class Credentials {

    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");
    private static final String NEEDED = "this needs a token: send Authorization: Bearer and the token";

    private static final String UNKNOWN = "the token is not known here";
    private static final String NO_BEARER =
            "Authorization is not \"Bearer \" and then a token: put \"Bearer \" in front of the token";

    private final @Nullable TokenFile tokens;
    private final @Nullable ClientCertificates certificates;

    /**
     * What came of it.
     *
     * @param holder null if nobody is known by it
     * @param wrongToken whether a token was shown that is not known
     * @param reason for the caller; empty for a holder
     */
    record Finding(@Nullable Holder holder, boolean wrongToken, String reason) {
        static Finding known(Holder holder) {
            return new Finding(holder, false, "");
        }

        static Finding wrong(String reason) {
            return new Finding(null, true, reason);
        }

        static Finding nobody(String reason) {
            return new Finding(null, false, reason);
        }
    }

    /** Without tokens and without certificates nobody is asked for any. */
    Credentials(@Nullable TokenFile tokens, @Nullable ClientCertificates certificates) {
        this.tokens = tokens;
        this.certificates = certificates;
    }

    /** Whether callers must show any. */
    boolean asked() {
        return tokens != null || certificates != null;
    }

    /** Whether a request shows a token, or what stands in the place of one. */
    static boolean isToken(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.AUTHORIZATION);
    }

    /** Those of a request; fails while the token file cannot be used. */
    Future<Finding> of(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return token(authorization);
        }
        return Future.succeededFuture(certificates == null ? Finding.nobody(NEEDED) : certificates.of(request, NEEDED));
    }

    private Future<Finding> token(String authorization) {
        if (tokens == null) {
            return Future.succeededFuture(Finding.wrong(UNKNOWN));
        }
        Matcher bearer = BEARER.matcher(authorization.strip());
        if (!bearer.matches()) {
            // the file is read all the same: what cannot be checked is told to everybody alike
            return tokens.current().map(known -> Finding.wrong(NO_BEARER));
        }
        return tokens.current()
                .map(known -> known.find(bearer.group(1)).map(Finding::known).orElseGet(() -> Finding.wrong(UNKNOWN)));
    }
}
