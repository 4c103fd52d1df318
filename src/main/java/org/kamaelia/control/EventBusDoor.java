package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The door by which a control plane on the event bus is found, through {@link java.util.ServiceLoader}. */
public interface EventBusDoor {

    /**
     * Takes messages at {@value EventBusOptions#ADDRESS} from this process.
     *
     * <p>A message is {@code {"operation": ..., "parameters": {...}, "body": {...}}}, in the terms of {@code openapi.yaml}: an
     * operation's id, its parameters by name, whether they go in the path, the query or a header, and its body. The answer is
     * {@code {"status": ..., "headers": {...}, "body": {...}}}, with the same bodies as over HTTP, problems too. Without an
     * address for the answer it is done all the same.
     */
    Future<Open> open(Vertx vertx, ControlPlane control, EventBusOptions options);

    /** A door that takes messages. Any thread. */
    interface Open {

        /** Takes no more. */
        Future<Void> close();
    }
}
