/**
 * The only place that logs and exports: events become log lines, plain counters become metrics, state becomes health.
 *
 * <p>Neighbours: {@code control} and the layers under it, vertx-core, slf4j; Logback where the application runs on it.
 *
 * <p>Thread: events arrive on the event loop where they happened and must not hold it up.
 */
@NullMarked
package org.kamaelia.observe;

import org.jspecify.annotations.NullMarked;
