package org.kamaelia.chassis;

import org.kamaelia.component.Component;

/**
 * Components in a row, as one component: {@code outbox} to {@code inbox} and {@code signal} to {@code
 * control} along the row, its own boxes being the first's inboxes and the last's outboxes. It ends when
 * all of them have; one that throws ends them all. What comes on {@code control} when the first has
 * ended already goes to the next. Kamaelia's {@code Pipeline}.
 */
public final class Pipeline extends Graphline {
    /**
     * A row of components, none of them active yet. The first may do without an inbox, the last without
     * an outbox.
     *
     * @throws IllegalArgumentException if it is empty or neighbours' boxes carry different types
     * @throws java.util.NoSuchElementException if a neighbour has not made its {@code inbox} or {@code outbox}
     */
    public Pipeline(Component... components) {
        super(row(components));
    }

    /** The children are called by their places, from 1 on. */
    private static GraphLayout row(Component... components) {
        int length = components.length;
        if (length == 0) {
            throw new IllegalArgumentException("a pipeline needs at least one component");
        }
        GraphLayout layout = Graphline.layout();
        for (int place = 1; place <= length; place++) {
            layout.child("" + place, components[place - 1]);
        }
        if (components[0].hasBox("inbox")) {
            layout.link("self", "inbox").to("1", "inbox");
        }
        for (int place = 1; place < length; place++) {
            layout.link("" + place, "outbox").to("" + (place + 1), "inbox");
            layout.link("" + place, "signal").to("" + (place + 1), "control");
        }
        if (components[length - 1].hasBox("outbox")) {
            layout.link("" + length, "outbox").to("self", "outbox");
        }
        return layout.link("" + length, "signal").to("self", "signal");
    }
}
