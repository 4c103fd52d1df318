package org.kamaelia.chassis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kamaelia.component.Component;

/** Which children a {@link Graphline} has and what leads where. */
public final class GraphLayout {
    private final Map<String, Component> children = new LinkedHashMap<>();
    private final List<Link> links = new ArrayList<>();

    /** From a child's outbox or the graph's inbox, to a child's inbox or the graph's outbox. */
    record Link(String from, String source, String to, String sink) {
        @Override
        public String toString() {
            return "link(\"" + from + "\", \"" + source + "\").to(\"" + to + "\", \"" + sink + "\")";
        }
    }

    GraphLayout() {}

    /**
     * Adds a child. The graph activates it.
     *
     * @param name by which links refer to it; not empty and not {@code self}, which mean the graph
     * @throws IllegalArgumentException if the name is taken or the component has been activated
     */
    public GraphLayout child(String name, Component component) {
        Objects.requireNonNull(component, () -> "the child \"" + name + "\" is null");
        if (name.isEmpty() || name.equals("self")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" means the graph itself; call the child " + component + " something else");
        }
        if (component.isActive() || component.hasEnded()) {
            throw new IllegalArgumentException("the child \"" + name + "\", " + component
                    + ", has been activated already; the graph activates its children itself");
        }
        Component other = children.putIfAbsent(name, component);
        if (other != null) {
            throw new IllegalArgumentException(
                    "two children are called \"" + name + "\": " + other + " and " + component + "; rename one");
        }
        return this;
    }

    /**
     * The beginning of a link: a child's outbox, or an inbox of the graph.
     *
     * @param from a child's name; any other means the graph
     */
    public From link(String from, String box) {
        return new From(from, box);
    }

    /**
     * The graph, not active yet.
     *
     * @throws java.util.NoSuchElementException if a child has not the box that a link names
     * @throws IllegalArgumentException if boxes cannot be linked, such as for what they carry; nothing is
     *     linked then
     */
    public Graphline build() {
        return new Graphline(this);
    }

    Map<String, Component> children() {
        return Collections.unmodifiableMap(children);
    }

    List<Link> links() {
        return Collections.unmodifiableList(links);
    }

    /** Half a link. */
    public final class From {
        private final String from;
        private final String source;

        private From(String from, String source) {
            this.from = from;
            this.source = source;
        }

        /**
         * Its end: a child's inbox, or an outbox of the graph.
         *
         * @param to a child's name; any other means the graph
         */
        public GraphLayout to(String to, String box) {
            links.add(new Link(from, source, to, box));
            return GraphLayout.this;
        }
    }
}
