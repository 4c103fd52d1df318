/**
 * What JMH measures of the kernel, and of what it is compared with; each class is one figure or one that differs by a
 * parameter.
 *
 * <p>Uses the kernel as its users do, by its public API. {@link org.kamaelia.bench.Bench} runs them and knows which are
 * compared. What JMH calls is public because JMH asks for it. Each benchmark runs on one thread unless it says otherwise,
 * and throws when a message got lost.
 */
@NullMarked
package org.kamaelia.bench.kernel;

import org.jspecify.annotations.NullMarked;
