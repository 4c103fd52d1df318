/**
 * The end-to-end benchmarks: servers in processes of their own, one load client, the same work for each.
 *
 * <p>May use everything in the project; nothing in the project uses it. Started by {@link org.kamaelia.bench.Bench}
 * from the build's {@code bench} profile. The load client runs on the thread that called {@code main}.
 */
@NullMarked
package org.kamaelia.bench;

import org.jspecify.annotations.NullMarked;
