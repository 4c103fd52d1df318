package org.kamaelia.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The door by which a plane over HTTP is found, through {@link java.util.ServiceLoader}: an embedder without one works too. */
public interface AdminPlane {

    /**
     * Serves the control plane.
     *
     * @return fails with {@link ControlFailure} if the options are unsafe or the address can't be had; nothing listens then
     */
    Future<Running> start(Vertx vertx, ControlPlane control, AdminOptions options);

    /** A plane that serves. Callable from any thread. */
    interface Running {

        /** The port it listens on, the real one where 0 was asked for. */
        int port();

        String host();

        /** Whether it speaks HTTPS. */
        boolean secure();

        /** Finishes the requests there are, for a moment, and gives the port back. */
        Future<Void> stop();
    }
}
