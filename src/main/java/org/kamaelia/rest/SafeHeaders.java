package org.kamaelia.rest;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/**
 * What every answer tells browsers: keep it nowhere, run and show nothing from it, embed it nowhere, tell nobody where you
 * were. Pages of other origins are never allowed anything, so that there is no CORS header at all.
 */
final class SafeHeaders {

    private static final Map<String, String> ALWAYS = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy",
                    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    /** A day, anew with each visit: it binds all ports of the host's name, and others may live there. */
    private static final String TLS_ONLY = "max-age=86400";

    private SafeHeaders() {}

    static void put(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        ALWAYS.forEach(response::putHeader);
        if (request.isSSL()) {
            response.putHeader("Strict-Transport-Security", TLS_ONLY);
        }
    }
}
