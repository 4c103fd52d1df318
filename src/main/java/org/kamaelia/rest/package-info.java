/**
 * The control plane: the operations of {@code openapi.yaml}, problem bodies, the stream of events, the console.
 *
 * <p>Neighbours: {@code observe} and the layers under it, vertx-web and its OpenAPI router, Jackson.
 *
 * <p>Thread: the event loop that serves HTTP, which need not be that of a connection.
 */
@NullMarked
package org.kamaelia.rest;

import org.jspecify.annotations.NullMarked;
