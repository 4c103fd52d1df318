package org.kamaelia.chassis;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Box;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Linkage;
import org.kamaelia.component.Next;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;

/**
 * Components wired by name, as one component. Kamaelia's {@code Graphline}.
 *
 * <pre>{@code
 * Graphline.layout()
 *         .child("rate", new RateControl(100))
 *         .child("file", new PromptedFileReader(path))
 *         .link("rate", "outbox").to("file", "inbox")
 *         .link("file", "outbox").to("self", "outbox")
 *         .link("file", "signal").to("rate", "control")
 *         .build();
 * }</pre>
 *
 * <p>A name that is no child's means the graph itself, {@code "self"} by custom: an inbox of its own is passed
 * through to the child, a child's outbox through to one of its own. The graph makes its own boxes as they
 * are named; a child's must be there, except {@code control} and {@code signal}.
 *
 * <p>What comes on the graph's {@code control}, unless that is passed through to a child that lives, goes to every
 * child to whose {@code control} no linkage of the graph leads, or none any more since its source has
 * ended; where all have one, to all. The graph ends when all children have. If no child's box was linked to the graph's
 * {@code signal}, it says farewell itself: with the last {@link ShutdownMicroprocess} that came on its
 * {@code control}, else with {@link ProducerFinished}. A child that throws ends all.
 */
public sealed class Graphline extends Component permits Pipeline {
    private final List<Component> parts;

    /** Those that lead to a part's {@code control}. */
    private final List<Linkage> toControl = new ArrayList<>(2);

    /** Own data boxes passed through to a part's that nothing else leads to. */
    private final List<Linkage> lent = new ArrayList<>(1);

    private boolean signalLinked;
    private boolean started;
    private @Nullable ShutdownMicroprocess stop;
    private @Nullable PartFailed failure;

    Graphline(GraphLayout layout) {
        parts = List.copyOf(layout.children().values());
        try {
            parts.forEach(this::addChild);
            List<Linkage> made =
                    layout.links().stream().map(link -> make(link, layout)).toList();
            made.forEach(each -> remember(each, made));
        } catch (RuntimeException e) {
            parts.forEach(this::removeChild);
            throw e;
        }
    }

    /** To say which children there are and what leads where. */
    public static GraphLayout layout() {
        return new GraphLayout();
    }

    // ---- wiring

    private Linkage make(GraphLayout.Link link, GraphLayout layout) {
        Component from = layout.children().getOrDefault(link.from(), this);
        Component to = layout.children().getOrDefault(link.to(), this);
        if (from == this && to == this) {
            throw new IllegalArgumentException(
                    link + " names no child, and the graph's inboxes do not lead to its outboxes; the children are "
                            + layout.children().keySet());
        }
        Box source = from == this ? null : box(from, link.source(), false, link);
        Box sink = to == this ? null : box(to, link.sink(), true, link);
        if (source == null) {
            source = ownInbox(link.source(), Objects.requireNonNull(sink).type(), link);
        } else if (sink == null) {
            sink = ownOutbox(link.sink(), source.type(), link);
        }
        try {
            return linkUntyped(source, Objects.requireNonNull(sink));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(link + ": " + e.getMessage(), e);
        }
    }

    /** A part's box, which must be there, or be one that every component has. */
    private static Box box(Component part, String name, boolean inbox, GraphLayout.Link link) {
        Box found = find(part, name, inbox);
        if (found != null) {
            return found;
        }
        if (name.equals(inbox ? "control" : "signal")) {
            return inbox ? part.control() : part.signal();
        }
        String kind = inbox ? "inbox" : "outbox";
        List<String> there = part.boxes().stream()
                .filter(box -> box instanceof Inbox<?> == inbox)
                .map(Box::name)
                .toList();
        throw new NoSuchElementException(link + ": \"" + (inbox ? link.to() : link.from()) + "\", " + part + ", has no "
                + kind + " \"" + name + "\"; it has " + there);
    }

    private static @Nullable Box find(Component owner, String name, boolean inbox) {
        for (Box box : owner.boxes()) {
            if (box.name().equals(name) && box instanceof Inbox<?> == inbox) {
                return box;
            }
        }
        return null;
    }

    private Box ownInbox(String name, Class<?> type, GraphLayout.Link link) {
        Box there = find(this, name, true);
        if (there != null) {
            return there;
        }
        boolean everyComponents = name.equals("inbox") || name.equals("control");
        return named(everyComponents ? inbox(name, type) : addInbox(name, type), name, link);
    }

    private Box ownOutbox(String name, Class<?> type, GraphLayout.Link link) {
        Box there = find(this, name, false);
        if (there != null) {
            return there;
        }
        boolean everyComponents = name.equals("outbox") || name.equals("signal");
        return named(everyComponents ? outbox(name, type) : addOutbox(name, type), name, link);
    }

    private static Box named(Box made, String name, GraphLayout.Link link) {
        if (!made.name().equals(name)) {
            throw new IllegalArgumentException(
                    link + ": the graph cannot have an inbox and an outbox of its own that are both called \"" + name
                            + "\"");
        }
        return made;
    }

    private void remember(Linkage linkage, List<Linkage> all) {
        Box sink = linkage.sink();
        if (sink.owner() == this) {
            signalLinked |= sink.name().equals("signal");
        } else if (sink.name().equals("control")) {
            toControl.add(linkage);
        } else if (linkage.source() instanceof Inbox<?>
                && sink.type() != Signal.class
                && all.stream().filter(each -> each.sink() == sink).count() == 1) {
            lent.add(linkage);
        }
    }

    // ---- running

    @Override
    protected final Next step() {
        if (!started) {
            started = true;
            parts.forEach(this::activate);
        }
        if (failure != null) {
            throw failure;
        }
        passControlOn();
        if (hasChildren()) {
            return PAUSE;
        }
        if (!signalLinked) {
            signal().send(stop == null ? new ProducerFinished() : stop);
        }
        return DONE;
    }

    private void passControlOn() {
        for (Signal next = control().poll(); next != null; next = control().poll()) {
            if (next instanceof ShutdownMicroprocess asked) {
                stop = asked;
            }
            for (Component each : controlled()) {
                tell(each.control(), next);
            }
        }
    }

    /** Whom control goes to now. */
    private List<Component> controlled() {
        List<Component> left = new ArrayList<>(parts);
        left.removeIf(Component::hasEnded);
        List<Component> free = new ArrayList<>(left);
        free.removeIf(part -> toControl.stream()
                .anyMatch(each -> each.isLinked() && each.sink().owner() == part));
        return free.isEmpty() ? left : free;
    }

    @Override
    protected final void childEnded(Component child, @Nullable Throwable thrown) {
        if (thrown != null && failure == null) {
            failure = new PartFailed(child, thrown);
        }
        for (Linkage each : lent) {
            if (each.sink().owner() == child) {
                LentInbox.giveBack((Inbox<?>) each.sink(), (Inbox<?>) each.source(), scheduler());
            }
        }
    }

    @Override
    protected final void ended(@Nullable Throwable thrown) {
        parts.forEach(this::end);
    }
}
