package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * Something that appeared in a scheduler's topology, or is gone.
 *
 * @param appeared false when it is gone
 */
public record TopologyChange(boolean appeared, Part part) {
    /** A part of the topology. */
    public sealed interface Part {}

    /**
     * A component.
     *
     * @param name unique on its scheduler
     * @param kind its class
     * @param parent of which it was a child when it appeared; null for none
     */
    public record ComponentPart(
            String name, String kind, @Nullable String parent) implements Part {}

    /**
     * A box.
     *
     * @param component whose it is
     * @param name its Kamaelia name
     */
    public record BoxPart(String component, String name, boolean inbox) implements Part {}

    /**
     * A linkage.
     *
     * @param source the box it leads from, such as {@code Echo#4.outbox}
     * @param sink the box it leads to
     */
    public record LinkagePart(String source, String sink) implements Part {}
}
