package org.kamaelia.component;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step takes longer than it may, and is still under way: everything else on its event loop waits for it.
 *
 * @param component whose step it is; null when it is work that came in by the {@link Ingress}
 * @param source that component, which is in the middle of it, on another thread: see {@link ComponentFailed#source}
 * @param since how long it has been seen under way, at least
 * @param where what its thread is doing, innermost call first
 */
public record StepOverdue(
        @Nullable String component, @Nullable Component source, Duration since, List<StackTraceElement> where)
        implements Event {}
