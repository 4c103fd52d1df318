package org.kamaelia.component;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a scheduler's whole topology out of {@code outbox}, then of what has changed in it, deletions
 * before additions; itself it leaves out. A while after all was taken it looks again, at a few components
 * in each step. It ends on {@link ProducerFinished} and {@link ShutdownMicroprocess}. Kamaelia's {@code
 * Introspector}.
 */
public final class Introspector extends Component {
    private final Outbox<TopologyChange> out = outbox("outbox", TopologyChange.class);
    private final Inbox<Signal> control = control();
    private final Duration interval;

    /** What was told, and of whom. */
    private final IdentityHashMap<Component, Seen> known = new IdentityHashMap<>();

    private final Queue<TopologyChange> untold = new ArrayDeque<>();
    private @Nullable Deadline rest;
    private @Nullable Walk walk;
    private @Nullable Iterator<Component> knownLeft;
    private Findings gone = new Findings(false);
    private Findings come = new Findings(true);

    /** A component as it was told of. */
    private static final class Seen {
        final TopologyChange.Part part;
        final IdentityHashMap<Box, TopologyChange.Part> boxes = new IdentityHashMap<>(4);
        final IdentityHashMap<Linkage, TopologyChange.Part> linkages = new IdentityHashMap<>(2);

        Seen(TopologyChange.Part part) {
            this.part = part;
        }
    }

    /** What one look has found to be gone, or to have come. */
    private static final class Findings {
        private final boolean appeared;
        final ArrayDeque<TopologyChange> components = new ArrayDeque<>();
        final ArrayDeque<TopologyChange> boxes = new ArrayDeque<>();
        final ArrayDeque<TopologyChange> linkages = new ArrayDeque<>();

        Findings(boolean appeared) {
            this.appeared = appeared;
        }

        TopologyChange change(TopologyChange.Part part) {
            return new TopologyChange(appeared, part);
        }
    }

    /**
     * @param interval how long to wait, once everything was taken, before it looks again
     * @throws IllegalArgumentException if the interval is not more than 0
     */
    public Introspector(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval of an introspector must be more than 0, not " + interval);
        }
        this.interval = interval;
    }

    @Override
    protected Next step() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess || next instanceof ProducerFinished) {
                signal().send(next);
                return DONE;
            }
        }
        while (!untold.isEmpty()) {
            if (!out.hasRoom()) {
                return PAUSE;
            }
            out.send(untold.remove());
        }
        return rest != null && rest.isPending() ? PAUSE : look();
    }

    /** One piece of a look at everything. */
    private Next look() {
        Walk under = walk;
        if (under == null) {
            under = scheduler().walk(ended -> {});
            walk = under;
        }
        if (under.meet(this::meet)) {
            return AGAIN;
        }
        Iterator<Component> left = knownLeft;
        if (left == null) {
            left = known.keySet().iterator();
            knownLeft = left;
        }
        for (int piece = Walk.PIECE / Walk.LOOKED; piece > 0 && left.hasNext(); piece--) {
            Component each = left.next();
            if (each.hasEnded()) {
                lose(known.get(each));
                left.remove();
            }
        }
        if (!left.hasNext()) {
            finishLook(under);
        }
        return AGAIN;
    }

    private void finishLook(Walk under) {
        scheduler().endWalk(under);
        walk = null;
        knownLeft = null;
        untold.addAll(gone.linkages);
        untold.addAll(gone.boxes);
        untold.addAll(gone.components);
        untold.addAll(come.components);
        untold.addAll(come.boxes);
        untold.addAll(come.linkages);
        gone = new Findings(false);
        come = new Findings(true);
        rest = wakeAfter(interval);
    }

    private int meet(Component component) {
        if (component == this) {
            return Walk.PASSED;
        }
        Seen seen = known.get(component);
        if (seen == null) {
            seen = new Seen(new TopologyChange.ComponentPart(
                    component.toString(),
                    KindAccount.name(component.getClass()),
                    component.parent == null ? null : component.parent.toString()));
            known.put(component, seen);
            // The youngest are met first, and told last.
            come.components.addFirst(come.change(seen.part));
        }
        loseWhatItLost(component, seen);
        for (Box box = component.firstBox; box != null; box = box.nextBox) {
            seeBox(box, seen);
        }
        return Walk.LOOKED;
    }

    private void seeBox(Box box, Seen seen) {
        if (!seen.boxes.containsKey(box)) {
            TopologyChange.Part part =
                    new TopologyChange.BoxPart(box.owner.toString(), box.name(), box instanceof Inbox<?>);
            seen.boxes.put(box, part);
            come.boxes.addFirst(come.change(part));
        }
        Linkage linkage = box.out;
        if (linkage != null && linkage.sink.owner != this && !seen.linkages.containsKey(linkage)) {
            TopologyChange.Part part =
                    new TopologyChange.LinkagePart(linkage.source.toString(), linkage.sink.toString());
            seen.linkages.put(linkage, part);
            come.linkages.addFirst(come.change(part));
        }
    }

    private void loseWhatItLost(Component component, Seen seen) {
        seen.linkages.entrySet().removeIf(each -> {
            boolean lost = !each.getKey().isLinked();
            if (lost) {
                gone.linkages.add(gone.change(each.getValue()));
            }
            return lost;
        });
        seen.boxes.entrySet().removeIf(each -> {
            boolean lost = !component.owns(each.getKey());
            if (lost) {
                gone.boxes.add(gone.change(each.getValue()));
            }
            return lost;
        });
    }

    private void lose(@Nullable Seen seen) {
        if (seen != null) {
            seen.linkages.values().forEach(each -> gone.linkages.add(gone.change(each)));
            seen.boxes.values().forEach(each -> gone.boxes.add(gone.change(each)));
            gone.components.add(gone.change(seen.part));
        }
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (walk != null) {
            scheduler().endWalk(walk);
        }
    }
}
