package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
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
        Finding wrong = new Finding(null, true, "the token is not known here");
        Matcher bearer = BEARER.matcher(authorization.strip());
        if (tokens == null) {
            return Future.succeededFuture(wrong);
        }
        return tokens.current()
                .map(known -> bearer.matches() ? known.find(bearer.group(1)) : Optional.<Holder>empty())
                .map(holder -> holder.map(Finding::known).orElse(wrong));
    }
}
