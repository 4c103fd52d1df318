package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * A removable wire from a box to a box; it belongs to the component that made it. Outbox to inbox
 * carries messages; inbox to inbox and outbox to outbox are passthroughs, by which a parent lends a box
 * to a child. Confined to the scheduler's thread. Axon's {@code linkage}.
 */
public final class Linkage {
    final Box source;
    final Box sink;
    final Component maker;
    private boolean linked = true;

    /** Neighbours among those that lead to {@link #sink}. */
    private @Nullable Linkage previousIn;

    @Nullable
    Linkage nextIn;

    /** Neighbours among those that {@link #maker} made. */
    private @Nullable Linkage previousMade;

    private @Nullable Linkage nextMade;

    private Linkage(Box source, Box sink, Component maker) {
        this.source = source;
        this.sink = sink;
        this.maker = maker;
    }

    public Box source() {
        return source;
    }

    public Box sink() {
        return sink;
    }

    /** False once it has been undone. */
    public boolean isLinked() {
        return linked;
    }

    static Linkage make(Component maker, Box source, Box sink) {
        maker.checkThread();
        refuseOtherScheduler(maker, source, sink);
        source.owner.checkThread();
        sink.owner.checkThread();
        if (source.out != null) {
            throw new BoxAlreadyLinked(source, source.out.sink, sink);
        }
        refuseOtherType(source, sink);
        refuseEnded(maker, source, sink);
        refuseCycle(source, sink);
        Inbox<?> destination = sink.target;
        if (source instanceof Inbox<?> inbox && destination != null) {
            inbox.moveTo(destination);
        }
        Linkage linkage = new Linkage(source, sink, maker);
        linkage.enter();
        source.retarget();
        return linkage;
    }

    /** By raw types boxes could be linked that do not fit, and the receiver would fail for it. */
    private static void refuseOtherType(Box source, Box sink) {
        if (!sink.type.isAssignableFrom(source.type)) {
            throw new IllegalArgumentException("linking " + source + " to " + sink + ": the one carries "
                    + source.type.getSimpleName() + ", the other " + sink.type.getSimpleName());
        }
    }

    /** A link that is made after an end would never be undone, and its sender would never learn of the end. */
    private static void refuseEnded(Component maker, Box source, Box sink) {
        if (maker.hasEnded()) {
            throw new IllegalArgumentException(
                    "linking " + source + " to " + sink + " is too late: " + maker + ", which links them, has ended");
        }
        for (Box box : new Box[] {source, sink}) {
            if (!box.owner.has(box)) {
                String why = box.owner.hasEnded() ? "its component has ended" : "it has been removed";
                throw new IllegalArgumentException(
                        "linking " + source + " to " + sink + " is too late for " + box + ": " + why);
            }
        }
    }

    private static void refuseCycle(Box source, Box sink) {
        for (Box box = sink; box != null; box = box.out == null ? null : box.out.sink) {
            if (box == source) {
                throw new IllegalArgumentException(
                        "linking " + source + " to " + sink + " would make a circle: it already leads back");
            }
        }
    }

    private static void refuseOtherScheduler(Component maker, Box source, Box sink) {
        if (source.owner.runsElsewhere(sink.owner)) {
            throw new IllegalArgumentException(
                    source + " and " + sink + " run on different schedulers; use linkAcross");
        }
        if (maker.runsElsewhere(source.owner) || maker.runsElsewhere(sink.owner)) {
            throw new IllegalArgumentException("linking " + source + " to " + sink + ": " + maker
                    + ", which links them, runs on another scheduler; use linkAcross, or one that runs there");
        }
    }

    private void enter() {
        source.out = this;
        nextIn = sink.firstIn;
        if (nextIn != null) {
            nextIn.previousIn = this;
        }
        sink.firstIn = this;
        nextMade = maker.firstMade;
        if (nextMade != null) {
            nextMade.previousMade = this;
        }
        maker.firstMade = this;
    }

    void undo() {
        maker.checkThread();
        if (!linked) {
            return;
        }
        linked = false;
        source.out = null;
        if (previousIn == null) {
            sink.firstIn = nextIn;
        } else {
            previousIn.nextIn = nextIn;
        }
        if (nextIn != null) {
            nextIn.previousIn = previousIn;
        }
        if (previousMade == null) {
            maker.firstMade = nextMade;
        } else {
            previousMade.nextMade = nextMade;
        }
        if (nextMade != null) {
            nextMade.previousMade = previousMade;
        }
        source.retarget();
        maker.undone(this);
    }

    @Override
    public String toString() {
        return source + " -> " + sink;
    }
}
