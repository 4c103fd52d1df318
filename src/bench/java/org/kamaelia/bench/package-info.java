/**
 * The benchmarks: end to end, with servers in processes of their own, one load client and the same work for each; and of
 * the kernel, by JMH.
 *
 * <p>May use everything in the project; nothing in the project uses it. Started by {@link org.kamaelia.bench.Bench}
 * from the build's {@code bench} profile. What it does itself, as a load client or
 * between JMH's runs, it does on the thread that called {@code main}.
 */
@NullMarked
package org.kamaelia.bench;

import org.jspecify.annotations.NullMarked;
