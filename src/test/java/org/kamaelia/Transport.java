package org.kamaelia;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** What carries the bytes: the cases that matter most are held against each. */
enum Transport {
    /** Epoll on Linux. */
    NATIVE,
    NIO;

    Vertx vertx() {
        return Vertx.vertx(new VertxOptions().setPreferNativeTransport(this == NATIVE));
    }
}
