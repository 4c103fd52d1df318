package org.kamaelia.component;

import java.util.List;

/**
 * Everything on one scheduler, each component as it was when the look at it came by: a large scheduler is
 * looked at in pieces, with other work between them.
 *
 * @param counters as they were at the end
 * @param components those that were active from the beginning to when they were met, the oldest first
 */
public record SchedulerSnapshot(Scheduler.Counters counters, List<ComponentSnapshot> components) {}
