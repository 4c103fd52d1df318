package org.kamaelia.chassis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;

/**
 * Components in a row, as one component: {@code outbox} to {@code inbox} and {@code signal} to {@code
 * control} along the row, its own boxes being the first's inboxes and the last's outboxes. It ends when
 * all of them have; one that throws ends them all. What comes on {@code control} when the first has
 * ended already goes to the first that has not. Kamaelia's {@code Pipeline}.
 */
public final class Pipeline extends Component {
    private final List<Component> row;
    private boolean started;
    private @Nullable Throwable failure;

    /**
     * A row of components, none of them active yet. The first may do without an inbox, the last without
     * an outbox.
     *
     * @throws IllegalArgumentException if it is empty or neighbours' boxes carry different types
     * @throws java.util.NoSuchElementException if a neighbour has not made its {@code inbox} or {@code outbox}
     */
    public Pipeline(Component... components) {
        row = List.of(components);
        if (row.isEmpty()) {
            throw new IllegalArgumentException("a pipeline needs at least one component");
        }
        Component first = row.get(0);
        Component last = row.get(row.size() - 1);
        if (first.hasBox("inbox")) {
            linkUntyped(inbox("inbox", first.inbox("inbox").type()), first.inbox("inbox"));
        }
        passControlOn();
        for (int i = 0; i + 1 < row.size(); i++) {
            linkUntyped(row.get(i).outbox("outbox"), row.get(i + 1).inbox("inbox"));
            link(row.get(i).signal(), row.get(i + 1).control());
        }
        if (last.hasBox("outbox")) {
            linkUntyped(
                    last.outbox("outbox"),
                    outbox("outbox", last.outbox("outbox").type()));
        }
        link(last.signal(), signal());
        row.forEach(this::addChild);
    }

    @Override
    protected Next step() {
        if (!started) {
            started = true;
            row.forEach(this::activate);
        }
        if (failure != null) {
            throw new PartFailed(failure);
        }
        return hasChildren() ? PAUSE : DONE;
    }

    @Override
    protected void childEnded(Component child, @Nullable Throwable thrown) {
        if (thrown != null && failure == null) {
            failure = thrown;
        }
        passControlOn();
    }

    private void passControlOn() {
        for (Component each : row) {
            if (!control().isLinked() && !each.hasEnded()) {
                link(control(), each.control());
            }
        }
    }

    @Override
    protected void ended(@Nullable Throwable thrown) {
        row.forEach(this::end);
    }

    /** One component of a row has thrown, which has ended the row. */
    public static final class PartFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PartFailed(Throwable cause) {
            super("a part failed: " + cause, cause);
        }
    }
}
