package org.kamaelia.eventloop;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;

/** Brings results back to the thread they are needed on. */
public final class OnContext {
    private OnContext() {}

    /** The same result, whose handlers run on a context. */
    public static <T> Future<T> of(Context context, Future<T> future) {
        PromiseInternal<T> promise = ((ContextInternal) context).promise();
        future.onComplete(promise);
        return promise.future();
    }
}
